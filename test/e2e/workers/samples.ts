import type { Role } from '../../../src/sizing/budget.ts';
import { PATTERNS, type Pattern } from './patterns.ts';

/** A request and who is to get it where there is a process for everything. */
export interface Sample {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As it goes over the wire, without a query. */
  readonly path: string;
  /** `nobody`: Caddy refuses it. */
  readonly role: Role | 'nobody';
  /** Whether the process that gets it has such a path. */
  readonly known: boolean;
}

/** Ids with a slash in them: Synapse and the routes have to see one segment. */
const ID = '%21a%2Fsend%2Fb%3Aexample.org';

/** `(a|b)c` to `ac` and `bc`; `(/|$)` to nothing and to something. No groups within groups. */
function alternatives(pattern: string): string[] {
  const [, before = '', group, after = ''] = /^([^(]*)\(([^()]*)\)(.*)$/.exec(pattern) ?? [];
  if (group === undefined) return [pattern];
  const chosen = group === '/|$' ? ['', '/A'] : group.split('|');
  return chosen.flatMap((one) => alternatives(before + one + after));
}

/** Every request that a pattern of the manual stands for: one for each version and end of the path. */
function samplesOf({ pattern, role, method, tail = '', wild = ID, main, unknown, paths }: Pattern): Sample[] {
  const made = alternatives(pattern).map((one) => {
    const path = one.replace(/^\^/, '').replace(/\$$/, '').replaceAll('[^/]+', ID).replaceAll('.*', wild);
    return path + tail;
  });
  return (paths ?? made).map((path) => ({
    method: method ?? 'GET',
    path,
    role: main?.test(path) ? 'main' : role,
    known: role !== 'nobody' && !unknown?.test(path),
  }));
}

const sample =
  (role: Sample['role'], known: boolean) =>
  (line: string): Sample => {
    const [method, path] = line.split(' ') as [Sample['method'], string];
    return { method, path, role, known };
  };

const R = `/_matrix/client/v3/rooms/${ID}`;
const U = '/_matrix/client/unstable';
const F = '/_matrix/federation';

/** What workers serve beyond the manual, and requests of another method than the manual's. */
const BEYOND: readonly Sample[] = [
  ...[
    `POST ${U}/org.matrix.simplified_msc3575/sync`,
    `GET ${U}/sync`,
    `GET ${U}/rooms/${ID}/initialSync`,
  ].map(sample('sync', true)),
  ...[
    'PUT /_matrix/client/v3/createRoom/1',
    `PUT ${R}/join/1`,
    `PUT ${R}/send/m.room.message%2Fx/1`,
    `GET ${R}/state/m.room.name/`,
    'PUT /_matrix/client/v3/join/%23a%2Fb%3Aexample.org/1',
    'PUT /_matrix/client/v3/profile/%40a%2Fb%3Aexample.org/avatar_url',
  ].map(sample('event_creator', true)),
  ...[`GET ${U}/uk.tcpip.msc4133/profile/%40a%2Fb%3Aexample.org/x`].map(sample('event_creator', false)),
  ...[
    'PUT /_matrix/client/v3/pushrules/global/room/a/actions',
    'DELETE /_matrix/client/v3/pushrules/global/room/a',
    `PUT /_matrix/client/v3/user/%40a/rooms/${ID}/account_data/m.fully_read`,
    `DELETE /_matrix/client/v3/user/%40a/rooms/${ID}/tags/u.x`,
    `PUT ${'/_matrix/client/v3'}/presence/%40a/status`,
    'DELETE /_matrix/client/v3/devices/A%2FB',
    `POST ${U}/delete_devices`,
  ].map(sample('stream_writer', true)),
  ...[
    `PUT ${U}/io.element.msc4306/rooms/${ID}/thread/%24a/subscription`,
    `GET ${U}/io.element.msc4308/thread_subscriptions`,
    `DELETE ${U}/org.matrix.msc3391/user/%40a/account_data/x`,
  ].map(sample('stream_writer', false)),
  ...[
    `GET ${U}/rooms/${ID}/relations/%24a/m.thread/m.room.message`,
    'POST /_matrix/client/v3/publicRooms',
    'POST /_matrix/client/v3/login',
    'PUT /_matrix/client/v3/room_keys/keys/%21a%2Fb/c',
    'PUT /_matrix/client/v3/directory/room/%23a%2Fb%3Aexample.org',
    `POST ${U}/org.matrix.msc4140/delayed_events/1/restart`,
  ].map(sample('client_reader', true)),
  ...[`GET ${U}/org.matrix.msc4143/rtc/transports`].map(sample('client_reader', false)),
  ...[
    `POST ${F}/v1/user/keys/claim`,
    `POST ${F}/v1/user/keys/query`,
    `GET ${F}/unstable/rooms/${ID}/complexity`,
    `POST ${F}/v1/publicRooms`,
    'GET /_matrix/key/v2/server',
    'GET /_matrix/key/v2/server/ed25519%3Aa',
    'GET /_matrix/key/v2/query/example.org/ed25519%3Aa',
  ].map(sample('federation_reader', true)),
  ...[
    'POST /_matrix/media/v3/upload',
    'GET /_matrix/media/r0/download/example.org/a',
    'GET /_matrix/client/v1/media/download/example.org/a/b%2Fc',
    `GET ${F}/v1/media/thumbnail/a`,
  ].map(sample('media', true)),
];

/** What no worker serves (the servlets that only the main process registers), and what nobody knows. */
const MAINS: readonly Sample[] = [
  ...[
    'GET /_matrix/client/v3/admin/whois/%40a',
    'GET /_matrix/client/v3/directory/list/room/%21a%2Fb',
    'POST /_matrix/client/v3/logout',
    'POST /_matrix/client/v3/logout/all',
    'GET /_matrix/client/v3/pushers',
    'POST /_matrix/client/v3/pushers/set',
    `POST ${R}/forget`,
    `POST ${R}/upgrade`,
    `POST ${R}/report`,
    `POST ${R}/report/%24event`,
    'POST /_matrix/client/v3/account/3pid/add',
    'POST /_matrix/client/v3/account/3pid/delete',
    'POST /_matrix/client/v3/account/3pid/email/requestToken',
    'POST /_matrix/client/v3/account/password',
    'POST /_matrix/client/v3/account/password/email/requestToken',
    'GET /_matrix/client/v3/auth/m.login.terms/fallback/web',
    'POST /_matrix/client/v3/refresh',
    'POST /_matrix/client/v3/register/email/requestToken',
    'GET /_matrix/client/v3/thirdparty/protocols',
    'GET /_matrix/client/v3/thirdparty/location',
    'POST /_matrix/client/v3/tokenrefresh',
    'POST /_matrix/client/v3/user/%40a/openid/request_token',
    'POST /_matrix/client/v3/users/%40a/report',
    `POST ${U}/org.matrix.msc4140/delayed_events/1`,
    `POST ${U}/org.matrix.msc4140/delayed_events/1/cancel`,
    `POST ${U}/org.matrix.msc4140/delayed_events/1/send`,
    // A worker registers it and fails at it.
    `GET ${F}/v1/openid/userinfo`,
  ].map(sample('main', true)),
  ...[
    'GET /_matrix/nothing',
    'GET /_matrix/client/v3/nothing',
    'GET /_matrix/client/v9/sync',
    'GET /_matrix/client/v3/syncs',
    'GET /_matrix/client/v3/sync/more',
    'GET /_matrix/client/v3//sync',
    'GET /_matrix/client/v3/%73ync',
    `GET ${R}/nothing`,
    `GET ${R}/statement`,
    'GET /_matrix/client/v3/rooms/a/b/state',
    `PUT ${F}/v3/send/1`,
    `GET ${F}/v1/sendings/1`,
    'GET /_matrix/key/v3/server',
    'GET /_synapse/client/nothing',
  ].map(sample('main', false)),
];

/** All requests, each once. */
export const SAMPLES: readonly Sample[] = [
  ...new Map(
    [...PATTERNS.flatMap(samplesOf), ...BEYOND, ...MAINS].map((one) => [`${one.method} ${one.path}`, one]),
  ).values(),
];
