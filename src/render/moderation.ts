import type { Answers, ModerationBot } from '../answers/answers.ts';
import { managementAlias } from '../people/moderation-bot.ts';
import { allowedHost } from './allowed.ts';
import type { RenderedDirectory, RenderedFile } from './desired.ts';
import { YamlTemplate, type YamlValue } from './fill-yaml.ts';
import { type Account, BOT_DOOR_PORT, PATHS, ROOT } from './layout.ts';
import type { Templates } from './templates.ts';

/** Where the bot waits for Synapse's module, and where it answers its container's health check. */
const BOT_PORT = { web: 8080, health: 8081 } as const;

/** The bot gets to Synapse as clients do: with workers, requests have to go where they are served. */
const HOMESERVER = `http://caddy:${BOT_DOOR_PORT}`;

export const CONFIG_FOLDER: Readonly<Record<ModerationBot, string>> = {
  draupnir: PATHS.draupnirConfig,
  mjolnir: PATHS.mjolnirConfig,
};
export const DATA_FOLDER: Readonly<Record<ModerationBot, string>> = {
  draupnir: PATHS.draupnirData,
  mjolnir: PATHS.mjolnirData,
};
export const SECRETS_FOLDER: Readonly<Record<ModerationBot, string>> = {
  draupnir: PATHS.draupnirSecrets,
  mjolnir: PATHS.mjolnirSecrets,
};

/** Access token of the bot's account. */
export const botTokenPath = (bot: ModerationBot): string => `${SECRETS_FOLDER[bot]}/access_token`;

/** By this key Synapse's module and the bot know each other. */
export const antispamSecretPath = (bot: ModerationBot): string =>
  `${SECRETS_FOLDER[bot]}/antispam_authorization`;
export const SYNAPSE_ANTISPAM_SECRET = `${PATHS.synapseSecrets}/antispam_authorization`;

/** The bot's own configuration, in the form of the pinned version (Draupnir 3.1.0 and Mjolnir 1.12.1, config/default.yaml). */
export const botConfig = ({ moderation, domain }: Answers, templates: Templates): readonly RenderedFile[] => {
  if (moderation === undefined) return [];
  const yaml = new YamlTemplate(templates[`${moderation}.yaml`]);
  yaml.fill(['homeserverUrl'], HOMESERVER);
  yaml.fill(['rawHomeserverUrl'], HOMESERVER);
  yaml.fill(['managementRoom'], managementAlias(moderation, allowedHost(domain)));
  yaml.fill(['health', 'healthz', 'port'], BOT_PORT.health);
  yaml.fill(['web', 'port'], BOT_PORT.web);
  return [
    {
      path: `${CONFIG_FOLDER[moderation]}/production.yaml`,
      content: yaml.text(),
      mode: 0o640,
      owner: 'root',
      group: moderation,
    },
  ];
};

/** The module that Synapse's processes load, as it was published. */
export const antispamModule = ({ moderation }: Answers, templates: Templates): readonly RenderedFile[] =>
  moderation === undefined
    ? []
    : [
        {
          path: PATHS.antispamModule,
          content: templates['synapse_http_antispam.py'],
          mode: 0o644,
          owner: 'root',
        },
      ];

/**
 * `modules` of homeserver.yaml. The module asks about everything unless told what, and lets nobody do anything while the bot
 * does not answer unless told otherwise (synapse-http-antispam 0.5.1, README, "Configuration"). Mjolnir answers no ping.
 */
export const modulesSetting = ({ moderation }: Answers): YamlValue | undefined =>
  moderation === undefined
    ? undefined
    : [
        {
          module: 'synapse_http_antispam.HTTPAntispam',
          config: {
            base_url: `http://${moderation}:${BOT_PORT.web}/api/1/spam_check`,
            authorization_path: '/secrets/antispam_authorization',
            do_ping: moderation === 'draupnir',
            enabled_callbacks: ['user_may_invite'],
            fail_open: { user_may_invite: true },
          },
        },
      ];

/** Folders of the bot, parents first. */
export const botDirectories = ({ moderation }: Answers): readonly RenderedDirectory[] => {
  if (moderation === undefined) return [];
  const directory = (path: string, owner: Account, mode: number): RenderedDirectory => ({
    path,
    owner,
    mode,
  });
  return [
    directory(`${ROOT}/${moderation}`, 'root', 0o755),
    directory(CONFIG_FOLDER[moderation], 'root', 0o755),
    directory(DATA_FOLDER[moderation], moderation, 0o700),
    directory(SECRETS_FOLDER[moderation], moderation, 0o700),
  ];
};
