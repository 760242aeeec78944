import type { Answers } from '../../answers/answers.ts';
import { allowedHost } from '../allowed.ts';

/**
 * Element Web's config.json. What Element would do of its own accord is overridden and not left out: the file is merged
 * over defaults that call servers of its makers (element-web, docs/config.md; src/SdkConfig.ts). A default that is an
 * object cannot be emptied, only led elsewhere.
 */
export const elementConfig = ({ domain, matrixHost, client, registration }: Answers): string => {
  const host = allowedHost(client?.host ?? matrixHost);
  const guide = `https://${host}/guide`;
  return json({
    default_server_config: {
      'm.homeserver': { base_url: `https://${allowedHost(matrixHost)}`, server_name: allowedHost(domain) },
    },
    disable_custom_urls: true,
    disable_guests: true,
    disable_3pid_login: true,
    room_directory: { servers: [domain] },
    // The integration manager of scalar.vector.im sees who uses it.
    integrations_ui_url: null,
    integrations_rest_url: null,
    integrations_widgets_urls: [],
    // Calls need a server of their own. Until there is one, none is led to meet.element.io.
    jitsi: { preferred_domain: host },
    element_call: { disable: true },
    // Help and the logo lead to element.io, where nobody knows this server.
    branding: { logo_link_url: `https://${host}` },
    help_url: guide,
    help_encryption_url: guide,
    help_key_storage_url: guide,
    // What is downloaded there is set to matrix.org.
    desktop_builds: { available: false },
    setting_defaults: {
      'UIFeature.voip': false,
      'UIFeature.widgets': false,
      'UIFeature.identityServer': false,
      'UIFeature.thirdPartyId': false,
      'UIFeature.feedback': false,
      'UIFeature.shareSocial': false,
      // The form asks for the token of an invitation; nobody gets in without.
      'UIFeature.registration': registration === 'invite',
    },
    mobile_guide_app_variant: 'element',
  });
};

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
