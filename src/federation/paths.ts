/** Source: server-server API, "GET /_matrix/federation/v1/version". */
export const VERSION_PATH = '/_matrix/federation/v1/version';
/** Source: server-server API, "GET /_matrix/key/v2/server". */
export const KEYS_PATH = '/_matrix/key/v2/server';
