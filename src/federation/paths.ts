/** Source: server-server API, "GET /_matrix/federation/v1/version". */
export const VERSION_PATH = '/_matrix/federation/v1/version';
/** Source: server-server API, "GET /_matrix/key/v2/server". */
export const KEYS_PATH = '/_matrix/key/v2/server';

/**
 * An event that no server has. Without a signature the answer is a Matrix error (401, or 403 and 404 elsewhere).
 * Source: server-server API, "GET /_matrix/federation/v1/event/{eventId}".
 */
export const EVENT_PATH = '/_matrix/federation/v1/event/%24nobody';
/** The same with the characters that event ids and aliases hold and that proxies like to decode. */
export const ENCODED_EVENT_PATH = '/_matrix/federation/v1/event/%24no%2Fbody%23here';
