/** The templates by file name. */
export const TEMPLATE_NAMES = [
  'homeserver.yaml',
  'worker.yaml',
  'start-worker.sh',
  'log.config',
  'compose.yaml',
  'database.compose.yaml',
  'redis.conf',
  'Caddyfile',
  'apex.Caddyfile',
  'client.Caddyfile',
  'cinny.nginx.conf',
  'moderation.Caddyfile',
  'draupnir.yaml',
  'mjolnir.yaml',
  'synapse_http_antispam.py',
] as const;

type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** Texts of the package's templates/ folder. They come in as data: rendering reads no file. */
export type Templates = Readonly<Record<TemplateName, string>>;
