import type { Role } from '../../sizing/budget.ts';

/** Roles that answer public requests. The others work behind them and have no route. */
export type RoutedRole = Exclude<Role, 'main' | 'federation_sender' | 'event_persister'>;

/** Public requests that belong to a role. */
export interface Route {
  readonly role: RoutedRole;
  /** Absent: every method. */
  readonly methods?: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[];
  /**
   * Regular expression over the request target as it came, undecoded and with its query: Synapse splits the raw
   * line too, so an id with `%2F` is one segment. In the syntax that JavaScript and Go (Caddy) share.
   */
  readonly path: string;
}

export interface RouteTable {
  /** Version of Synapse, major and minor, whose servlets the routes were read from. */
  readonly synapse: string;
  readonly routes: readonly Route[];
}

/** One segment of a path. */
const S = '[^/?]+';
/** The end of a path: what follows is the query, or nothing. */
const E = '(\\?|$)';
/** The end of a path, or more of it. */
const M = '(/|\\?|$)';
/** Client API since its first version, and since r0. */
const ALL = '^/_matrix/client/(api/v1|r0|v3|unstable)';
const R0 = '^/_matrix/client/(r0|v3|unstable)';

const raw = String.raw;

/**
 * Which process answers which public path. A request matches the routes of at most one role, so their order means
 * nothing; what matches none is the main process's, which serves everything but media.
 *
 * Source: the servlets that Synapse 1.163.2 registers on each kind of process (rest/__init__.py,
 * federation/transport/server, rest/key/v2), called on real processes; docs/workers.md of the same version where
 * the code allows several. Main by choice: single sign-on (all of it on one process), what appservices and
 * experiments add.
 */
export const ROUTES: RouteTable = {
  synapse: '1.163',
  routes: [
    { role: 'media', path: '^/_matrix/(media|client/v1/media|federation/v1/media)/' },

    {
      role: 'sync',
      path: raw`^/_matrix/client/((r0|v3|unstable)/sync|unstable/org\.matrix\.simplified_msc3575/sync)${E}`,
    },
    { role: 'sync', path: `${ALL}/(events|initialSync|rooms/${S}/initialSync)${E}` },

    // Typing, sendToDevice, receipt, read_markers, changes of pushrules and thread subscriptions fail anywhere but
    // at their stream's writer; the others would be passed on to it.
    { role: 'stream_writer', path: `${ALL}/(rooms/${S}/typing|presence|pushrules)/` },
    { role: 'stream_writer', path: `${R0}/(sendToDevice/|rooms/${S}/(receipt/|read_markers${E}))` },
    {
      role: 'stream_writer',
      path: raw`^/_matrix/client/(r0|v3|unstable|unstable/org\.matrix\.msc3391)/user/${S}/(rooms/${S}/)?(tags|account_data)${M}`,
    },
    {
      role: 'stream_writer',
      path: `${R0}/(delete_devices${E}|devices${M}|keys/(upload|device_signing/upload|signatures/upload)${M})`,
    },
    {
      role: 'stream_writer',
      path: raw`^/_matrix/client/unstable/io\.element\.(msc4306/|msc4308/thread_subscriptions${E})`,
    },

    {
      role: 'event_creator',
      path: `${ALL}/rooms/${S}/((send|redact|state)/|(join|invite|leave|ban|unban|kick)${M})`,
    },
    { role: 'event_creator', path: `${ALL}/((join|knock|profile)/|createRoom${M})` },
    { role: 'event_creator', path: raw`^/_matrix/client/unstable/uk\.tcpip\.msc4133/profile/` },

    { role: 'client_reader', path: `^/_matrix/client/versions${E}` },
    {
      role: 'client_reader',
      path: `${ALL}/(publicRooms|voip/turnServer|joined_rooms|search|login)${E}`,
    },
    {
      role: 'client_reader',
      path: `${ALL}/rooms/${S}/((joined_members|members|state|messages)${E}|(context|event)/)`,
    },
    { role: 'client_reader', path: `${ALL}/directory/room/` },
    {
      role: 'client_reader',
      path: `${R0}/(account/(3pid|whoami|deactivate)|register|register/available|password_policy|capabilities|notifications)${E}`,
    },
    {
      role: 'client_reader',
      path: `${R0}/(keys/(query|changes|claim)${E}|room_keys/|user/${S}/filter${M})`,
    },
    {
      role: 'client_reader',
      path: `^/_matrix/client/v1/(rooms/${S}/(hierarchy|threads|timestamp_to_event)${E}|room_summary/)`,
    },
    {
      role: 'client_reader',
      path: raw`^/_matrix/client/(v1|unstable)/(rooms/${S}/relations/|register/m\.login\.registration_token/validity${E})`,
    },
    {
      role: 'client_reader',
      path: raw`^/_matrix/client/(r0|v3|unstable/org\.matrix\.msc2432)/rooms/${S}/aliases${E}`,
    },
    {
      role: 'client_reader',
      path: raw`^/_matrix/client/unstable/(im\.nheko\.summary/|org\.matrix\.msc4143/rtc/transports${E})`,
    },
    // Read and restarted anywhere; sent and cancelled, also by POST to its own path, by the main process.
    {
      role: 'client_reader',
      path: raw`^/_matrix/client/unstable/org\.matrix\.msc4140/delayed_events(/${S}/restart)?${E}`,
    },
    {
      role: 'client_reader',
      methods: ['GET'],
      path: raw`^/_matrix/client/unstable/org\.matrix\.msc4140/delayed_events/${S}${E}`,
    },

    { role: 'background', path: `${R0}/user_directory/search${E}` },

    { role: 'federation_inbound', path: '^/_matrix/federation/v1/send/' },

    {
      role: 'federation_reader',
      path: '^/_matrix/federation/v1/(event|state|state_ids|event_auth|backfill|get_missing_events|timestamp_to_event|query|hierarchy|user/devices)/',
    },
    {
      role: 'federation_reader',
      path: '^/_matrix/federation/v1/(make_join|make_leave|make_knock|send_knock|exchange_third_party_invite)/',
    },
    { role: 'federation_reader', path: '^/_matrix/federation/(v1|v2)/(send_join|send_leave|invite)/' },
    {
      role: 'federation_reader',
      path: `^/_matrix/federation/(v1/(version|publicRooms|user/keys/(query|claim))|unstable/rooms/${S}/complexity)${E}`,
    },
    { role: 'federation_reader', path: `^/_matrix/key/v2/(query|server)${M}` },
  ],
};
