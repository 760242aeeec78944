import type { Role } from '../../../src/sizing/budget.ts';

/** A pattern of Synapse's manual, and what is made of it. */
export interface Pattern {
  /** As it is printed. */
  readonly pattern: string;
  /** Who is to get it where there is a process for everything. */
  readonly role: Role | 'nobody';
  /** A method that the path has. GET where none is named. */
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  /** What the pattern's open end goes on with. */
  readonly tail?: string;
  /** What stands for the pattern's `.*` where a room's id is not what is meant. */
  readonly wild?: string;
  /** Which of its requests are the main process's instead. */
  readonly main?: RegExp;
  /** Which of its requests no process knows, as Synapse comes. */
  readonly unknown?: RegExp;
  /** Its requests' paths, where the pattern is not made of versions, ids and ends alone. */
  readonly paths?: readonly string[];
}

const ALL = '(api/v1|r0|v3|unstable)';

/**
 * Every pattern of docs/workers.md of Synapse 1.163.2 (source distribution), in its order; those that are printed
 * twice once, with the stream writer where that is one of the two places.
 *
 * The manual is wrong in these (registered servlets, and real processes):
 * - `delayed_events(/[^/]+(/restart)?)?$` would send POST to the event's own path to a worker: 405.
 * - Receipts on "any worker", and pushrules "for GET" beside their writer: a change fails anywhere else.
 * - `api/v1` of devices, aliases, knock, keys/signatures and keys/device_signing, and `r0` of the last, do not exist.
 */
export const PATTERNS: readonly Pattern[] = [
  { pattern: '^/_matrix/client/(r0|v3)/sync$', role: 'sync' },
  { pattern: '^/_matrix/client/(api/v1|r0|v3)/events$', role: 'sync' },
  { pattern: '^/_matrix/client/(api/v1|r0|v3)/initialSync$', role: 'sync' },
  { pattern: '^/_matrix/client/(api/v1|r0|v3)/rooms/[^/]+/initialSync$', role: 'sync' },

  { pattern: '^/_matrix/federation/v1/version$', role: 'federation_reader' },
  { pattern: '^/_matrix/federation/v1/event/', role: 'federation_reader', tail: '%24event' },
  { pattern: '^/_matrix/federation/v1/state/', role: 'federation_reader', tail: '%21room%2Fa' },
  { pattern: '^/_matrix/federation/v1/state_ids/', role: 'federation_reader', tail: '%21room%2Fa' },
  { pattern: '^/_matrix/federation/v1/backfill/', role: 'federation_reader', tail: '%21room%2Fa' },
  {
    pattern: '^/_matrix/federation/v1/get_missing_events/',
    role: 'federation_reader',
    method: 'POST',
    tail: '%21room%2Fa',
  },
  { pattern: '^/_matrix/federation/v1/publicRooms', role: 'federation_reader' },
  { pattern: '^/_matrix/federation/v1/query/', role: 'federation_reader', tail: 'profile' },
  { pattern: '^/_matrix/federation/v1/make_join/', role: 'federation_reader', tail: '%21room%2Fa/%40user' },
  { pattern: '^/_matrix/federation/v1/make_leave/', role: 'federation_reader', tail: '%21room%2Fa/%40user' },
  {
    pattern: '^/_matrix/federation/(v1|v2)/send_join/',
    role: 'federation_reader',
    method: 'PUT',
    tail: '%21room%2Fa/%24event',
  },
  {
    pattern: '^/_matrix/federation/(v1|v2)/send_leave/',
    role: 'federation_reader',
    method: 'PUT',
    tail: '%21room%2Fa/%24event',
  },
  { pattern: '^/_matrix/federation/v1/make_knock/', role: 'federation_reader', tail: '%21room%2Fa/%40user' },
  {
    pattern: '^/_matrix/federation/v1/send_knock/',
    role: 'federation_reader',
    method: 'PUT',
    tail: '%21room%2Fa/%24event',
  },
  {
    pattern: '^/_matrix/federation/(v1|v2)/invite/',
    role: 'federation_reader',
    method: 'PUT',
    tail: '%21room%2Fa/%24event',
  },
  { pattern: '^/_matrix/federation/v1/event_auth/', role: 'federation_reader', tail: '%21room%2Fa/%24event' },
  { pattern: '^/_matrix/federation/v1/timestamp_to_event/', role: 'federation_reader', tail: '%21room%2Fa' },
  {
    pattern: '^/_matrix/federation/v1/exchange_third_party_invite/',
    role: 'federation_reader',
    method: 'PUT',
    tail: '%21room%2Fa',
  },
  { pattern: '^/_matrix/federation/v1/user/devices/', role: 'federation_reader', tail: '%40user' },
  { pattern: '^/_matrix/key/v2/query', role: 'federation_reader', method: 'POST' },
  { pattern: '^/_matrix/federation/v1/hierarchy/', role: 'federation_reader', tail: '%21room%2Fa' },

  { pattern: '^/_matrix/federation/v1/send/', role: 'federation_inbound', method: 'PUT', tail: '1' },

  { pattern: `^/_matrix/client/${ALL}/createRoom$`, role: 'event_creator', method: 'POST' },
  { pattern: `^/_matrix/client/${ALL}/publicRooms$`, role: 'client_reader' },
  { pattern: `^/_matrix/client/${ALL}/rooms/.*/joined_members$`, role: 'client_reader' },
  { pattern: `^/_matrix/client/${ALL}/rooms/.*/context/.*$`, role: 'client_reader' },
  { pattern: `^/_matrix/client/${ALL}/rooms/.*/members$`, role: 'client_reader' },
  { pattern: `^/_matrix/client/${ALL}/rooms/.*/state$`, role: 'client_reader' },
  { pattern: '^/_matrix/client/v1/rooms/.*/hierarchy$', role: 'client_reader' },
  { pattern: '^/_matrix/client/(v1|unstable)/rooms/.*/relations/', role: 'client_reader', tail: '%24event' },
  { pattern: '^/_matrix/client/v1/rooms/.*/threads$', role: 'client_reader' },
  { pattern: '^/_matrix/client/unstable/im.nheko.summary/summary/.*$', role: 'client_reader', unknown: /./ },
  { pattern: '^/_matrix/client/v1/room_summary/.*$', role: 'client_reader' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/account/3pid$', role: 'client_reader' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/account/whoami$', role: 'client_reader' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/account/deactivate$', role: 'client_reader', method: 'POST' },
  { pattern: '^/_matrix/client/(r0|v3)/delete_devices$', role: 'stream_writer', method: 'POST' },
  {
    pattern: `^/_matrix/client/${ALL}/devices(/|$)`,
    role: 'stream_writer',
    main: /api\/v1/,
    unknown: /api\/v1/,
  },
  { pattern: '^/_matrix/client/versions$', role: 'client_reader' },
  { pattern: `^/_matrix/client/${ALL}/voip/turnServer$`, role: 'client_reader' },
  { pattern: `^/_matrix/client/${ALL}/rooms/.*/event/`, role: 'client_reader', tail: '%24event' },
  { pattern: `^/_matrix/client/${ALL}/joined_rooms$`, role: 'client_reader' },
  { pattern: '^/_matrix/client/v1/rooms/.*/timestamp_to_event$', role: 'client_reader' },
  {
    pattern: '^/_matrix/client/(api/v1|r0|v3|unstable/.*)/rooms/.*/aliases',
    role: 'client_reader',
    wild: 'org.matrix.msc2432',
    main: /api\/v1/,
    unknown: /api\/v1/,
  },
  { pattern: `^/_matrix/client/${ALL}/search$`, role: 'client_reader', method: 'POST' },
  {
    pattern: '^/_matrix/client/(r0|v3|unstable)/user/.*/filter(/|$)',
    role: 'client_reader',
    wild: '%40user',
    unknown: /filter$/,
  },
  { pattern: `^/_matrix/client/${ALL}/directory/room/.*$`, role: 'client_reader' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/capabilities$', role: 'client_reader' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/notifications$', role: 'client_reader' },

  { pattern: '^/_synapse/admin/v1/rooms/[^/]+$', role: 'nobody' },

  { pattern: '^/_matrix/client/(r0|v3|unstable)/keys/query$', role: 'client_reader', method: 'POST' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/keys/changes$', role: 'client_reader' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/keys/claim$', role: 'client_reader', method: 'POST' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/room_keys/', role: 'client_reader', tail: 'version' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/keys/upload', role: 'stream_writer', method: 'POST' },
  {
    pattern: `^/_matrix/client/${ALL}/keys/device_signing/upload$`,
    role: 'stream_writer',
    method: 'POST',
    main: /api\/v1/,
    unknown: /api\/v1|r0/,
  },
  {
    pattern: `^/_matrix/client/${ALL}/keys/signatures/upload$`,
    role: 'stream_writer',
    method: 'POST',
    main: /api\/v1/,
    unknown: /api\/v1/,
  },

  { pattern: `^/_matrix/client/${ALL}/login$`, role: 'client_reader' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/register$', role: 'client_reader', method: 'POST' },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/register/available$', role: 'client_reader' },
  {
    pattern: '^/_matrix/client/v1/register/m.login.registration_token/validity$',
    role: 'client_reader',
  },
  { pattern: '^/_matrix/client/(r0|v3|unstable)/password_policy$', role: 'client_reader' },

  {
    pattern: `^/_matrix/client/${ALL}/rooms/.*/redact`,
    role: 'event_creator',
    method: 'POST',
    tail: '/%24event',
  },
  {
    pattern: `^/_matrix/client/${ALL}/rooms/.*/send`,
    role: 'event_creator',
    method: 'PUT',
    tail: '/m.room.message/1',
  },
  {
    pattern: `^/_matrix/client/${ALL}/rooms/.*/state/`,
    role: 'event_creator',
    method: 'PUT',
    tail: 'm.room.name',
  },
  {
    pattern: `^/_matrix/client/${ALL}/rooms/.*/(join|invite|leave|ban|unban|kick)$`,
    role: 'event_creator',
    method: 'POST',
  },
  { pattern: `^/_matrix/client/${ALL}/join/`, role: 'event_creator', method: 'POST', tail: '%23a%2Fb' },
  {
    pattern: `^/_matrix/client/${ALL}/knock/`,
    role: 'event_creator',
    method: 'POST',
    tail: '%23a%2Fb',
    unknown: /api\/v1/,
  },
  { pattern: `^/_matrix/client/${ALL}/profile/`, role: 'event_creator', tail: '%40a%2Fb/displayname' },

  {
    pattern: '^/_matrix/client/(r0|v3|unstable)/user_directory/search$',
    role: 'background',
    method: 'POST',
  },

  {
    pattern: '^/_matrix/client/unstable/org.matrix.msc4140/delayed_events(/[^/]+(/restart)?)?$',
    role: 'client_reader',
    paths: [
      '/_matrix/client/unstable/org.matrix.msc4140/delayed_events',
      '/_matrix/client/unstable/org.matrix.msc4140/delayed_events/1',
    ],
  },

  { pattern: '^/_synapse/mas/', role: 'nobody', tail: 'sync_devices' },

  { pattern: `^/_matrix/client/${ALL}/pushrules/`, role: 'stream_writer' },
  {
    pattern: '^/_matrix/client/(r0|v3|unstable)/.*/tags',
    role: 'stream_writer',
    wild: 'user/%40a%2Fb/rooms/%21a%2Fb',
  },
  {
    pattern: '^/_matrix/client/(r0|v3|unstable)/.*/account_data',
    role: 'stream_writer',
    wild: 'user/%40a%2Fb',
    tail: '/m.direct',
  },
  { pattern: `^/_matrix/client/${ALL}/presence/`, role: 'stream_writer', tail: '%40a%2Fb/status' },
  { pattern: '^/_synapse/admin/v2/users/[^/]+$', role: 'nobody' },

  { pattern: `^/_matrix/client/${ALL}/rooms/.*/messages$`, role: 'client_reader' },

  // Single sign-on: all of it on one process.
  { pattern: `^/_matrix/client/${ALL}/login/sso/redirect`, role: 'main', unknown: /./ },
  { pattern: '^/_synapse/client/pick_idp$', role: 'main' },
  { pattern: '^/_synapse/client/pick_username', role: 'main' },
  { pattern: '^/_synapse/client/new_user_consent$', role: 'main' },
  { pattern: '^/_synapse/client/sso_register$', role: 'main' },
  { pattern: '^/_synapse/client/oidc/callback$', role: 'main', unknown: /./ },
  { pattern: '^/_synapse/client/saml2/authn_response$', role: 'main', unknown: /./ },
  { pattern: `^/_matrix/client/${ALL}/login/cas/ticket$`, role: 'main', unknown: /./ },

  {
    pattern: `^/_matrix/client/${ALL}/rooms/.*/typing`,
    role: 'stream_writer',
    method: 'PUT',
    tail: '/%40a%2Fb',
  },
  {
    pattern: '^/_matrix/client/(r0|v3|unstable)/sendToDevice/',
    role: 'stream_writer',
    method: 'PUT',
    tail: 'm.x/1',
  },
  {
    pattern: '^/_matrix/client/(r0|v3|unstable)/rooms/.*/receipt',
    role: 'stream_writer',
    method: 'POST',
    tail: '/m.read/%24event',
  },
  {
    pattern: '^/_matrix/client/(r0|v3|unstable)/rooms/.*/read_markers',
    role: 'stream_writer',
    method: 'POST',
  },

  { pattern: '^/_synapse/admin/v1/quarantine_media/.*$', role: 'nobody', method: 'POST' },
  { pattern: '^/_synapse/admin/v1/room/.*/media/quarantine$', role: 'nobody', method: 'POST' },
  { pattern: '^/_synapse/admin/v1/user/.*/media/quarantine$', role: 'nobody', method: 'POST' },
  { pattern: '^/_synapse/admin/v1/media/quarantine/.*$', role: 'nobody', method: 'POST' },
  { pattern: '^/_synapse/admin/v1/media/unquarantine/.*$', role: 'nobody', method: 'POST' },

  // Printed without `^`.
  { pattern: '/_matrix/media/', role: 'media', tail: 'v3/config' },
  { pattern: '/_matrix/client/v1/media/', role: 'media', tail: 'config' },
  { pattern: '/_matrix/federation/v1/media/', role: 'media', tail: 'download/a' },
  { pattern: '^/_synapse/admin/v1/purge_media_cache$', role: 'nobody', method: 'POST' },
  { pattern: '^/_synapse/admin/v1/room/.*/media.*$', role: 'nobody' },
  { pattern: '^/_synapse/admin/v1/user/.*/media.*$', role: 'nobody' },
  { pattern: '^/_synapse/admin/v1/media/.*$', role: 'nobody' },
  { pattern: '^/_synapse/admin/v1/users/.*/media$', role: 'nobody' },
];
