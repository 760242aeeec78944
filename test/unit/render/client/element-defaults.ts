/**
 * Element Web's built-in configuration, as far as it names hosts: where, and whose. Source: element-web, apps/web/src/SdkConfig.ts,
 * DEFAULTS, at 014ee7742de1bf1c2fc7243884c4556ead8daab3 (2026). To be read again when the pinned version changes.
 */
export const DEFAULT_HOSTS: Readonly<Record<string, string>> = {
  integrations_ui_url: 'scalar.vector.im',
  integrations_rest_url: 'scalar.vector.im',
  'jitsi.preferred_domain': 'meet.element.io',
  'branding.logo_link_url': 'element.io',
  help_url: 'element.io',
  help_encryption_url: 'element.io',
  help_key_storage_url: 'element.io',
  'feedback.existing_issues_url': 'github.com',
  'feedback.new_issue_url': 'github.com',
  'desktopBuilds.url': 'element.io',
  'desktop_builds.url': 'element.io',
  'desktop_builds.url_macos': 'packages.element.io',
  'desktop_builds.url_win64': 'packages.element.io',
  'desktop_builds.url_win64arm': 'packages.element.io',
  'desktop_builds.url_linux': 'element.io',
  'mobile_builds.ios': 'apps.apple.com',
  'mobile_builds.android': 'play.google.com',
  'mobile_builds.fdroid': 'f-droid.org',
};

/**
 * Keys without a default whose use calls somebody: they have to stay away. Source: element-web, docs/config.md;
 * apps/web/src/IConfigOptions.ts, at 1cb2254d4d726e24e0048f255a8db333199b58f4.
 */
export const CALLS_IF_SET: readonly string[] = [
  'map_style_url',
  'bug_report_endpoint_url',
  'posthog',
  'sentry',
  'gif',
  'audio_stream_url',
  'widget_build_url',
  'custom_translations_url',
  'modules',
  'fallback_hs_url',
  'default_is_url',
  'update_base_url',
];
