import { describe, expect, test, vi } from 'vitest';
import { type Answer, ask, type Question } from '../life/ask.ts';
import { PRIVATE_PATHS } from '../life/hygiene.ts';
import type { Server } from '../life/server.ts';
import { SAMPLES, type Sample } from './samples.ts';
import { seenBy, synapseServices } from './seen.ts';

const CORS = { 'access-control-allow-origin': '*' };
const JSON_BODY = { headers: { 'Content-Type': 'application/json' }, body: '{}' };

/** Who takes over where a role has no process (src/render/routes). */
const STAND_INS: Partial<Record<Sample['role'], Sample['role']>> = {
  federation_inbound: 'federation_reader',
};

/** Services that may answer for a role: its own, else its stand-in's, else the main process. */
function servicesFor(role: Sample['role'], services: readonly string[]): string[] {
  const name = new RegExp(`^synapse-${role.replaceAll('_', '-')}-\\d+$`);
  const own = services.filter((service) => name.test(service));
  if (own.length > 0) return own;
  const standIn = STAND_INS[role];
  return standIn === undefined ? ['synapse'] : servicesFor(standIn, services);
}

const errcode = ({ body }: Answer): unknown => {
  try {
    return (JSON.parse(body) as { errcode?: unknown }).errcode;
  } catch {
    return undefined;
  }
};

const asQuestion = (host: string, { method, path }: Sample): Question => ({
  host,
  method,
  path,
  ...(method === 'POST' || method === 'PUT' ? JSON_BODY : {}),
});

/** Requests of 12 keys, 4 each, with what differs within a key; by key, the services that had them. */
const spread = async (
  server: Server,
  make: (key: number, turn: number) => Omit<Question, 'host'>,
): Promise<string[][]> => {
  const keys = Array.from({ length: 12 }, (_, key) => key);
  const questions = keys.flatMap((key) =>
    [0, 1, 2, 3].map((turn) => ({ host: server.matrixHost, ...make(key, turn) })),
  );
  const seen = await seenBy(server, questions);
  return keys.map((key) => [
    ...new Set(seen.slice(key * 4, key * 4 + 4).flatMap(({ services }) => services)),
  ]);
};

/**
 * One service for each key, and more than one over all of them. Caddy leaves out a process whose health check is slow, and
 * then keys move: where there are several they are asked again until all were there. What does not go by the key never
 * gets through: 12 times 4 requests do not meet by chance.
 */
const expectSticky = async (
  services: readonly string[],
  look: () => Promise<readonly (readonly string[])[]>,
): Promise<void> => {
  const judge = async () => {
    const byKey = await look();
    for (const [key, seen] of byKey.entries()) expect(seen, `key ${key}`).toHaveLength(1);
    const used = new Set(byKey.flat());
    for (const service of used) expect(services).toContain(service);
    if (services.length > 1) expect(used.size).toBeGreaterThan(1);
  };
  if (services.length > 1) await vi.waitFor(judge, { timeout: 300_000, interval: 5000 });
  else await judge();
};

/** What is asked through the public Caddy reaches the process that serves it; for any layout with workers. */
export const routes = (server: () => Server): void => {
  describe('routes', () => {
    test('every pattern of the manual, and what is beyond it, is in the log of the process that it belongs to', async () => {
      const services = await synapseServices(server());
      expect(services.length, 'a layout with workers').toBeGreaterThan(1);
      const questions = SAMPLES.map((one) => asQuestion(server().matrixHost, one));
      const seen = await seenBy(server(), questions);
      const wrong = seen.flatMap(({ services: by, answer }, index) => {
        const one = SAMPLES[index] as Sample;
        const what = `${one.method} ${one.path}: ${answer.status} ${answer.body.slice(0, 120)}, seen by ${by.join(', ') || 'nobody'}`;
        if (one.role === 'nobody') {
          const refused = answer.status === 404 && errcode(answer) === 'M_UNRECOGNIZED';
          return by.length === 0 && refused ? [] : [`${what}; not public`];
        }
        const may = servicesFor(one.role, services);
        const placed = by.length === 1 && may.includes(by[0] as string);
        const unknown = errcode(answer) === 'M_UNRECOGNIZED' || answer.status >= 500;
        return placed && (!one.known || !unknown) ? [] : [`${what}; belongs to ${may.join(', ')}`];
      });
      expect(wrong).toEqual([]);
      // The layout's processes with routes have all had some.
      const had = new Set(seen.flatMap(({ services: by }) => by));
      const silent = /^synapse-(federation-sender|event-persister)-/;
      expect([...had].sort()).toEqual(services.filter((service) => !silent.test(service)));
    });

    test('a user’s devices stay with one sync process, whatever way they send the token', async () => {
      const byUser = () =>
        spread(server(), (user, device) => {
          const token = `syt_${Buffer.from(`user${user}`).toString('base64').replaceAll('=', '')}_d${device}_a`;
          const path = '/_matrix/client/v3/sync';
          return device % 2 === 0
            ? { path, headers: { Authorization: `Bearer ${token}`, 'X-Bastion-Hash': `${device}` } }
            : { path: `${path}?access_token=${token}` };
        });
      await expectSticky(servicesFor('sync', await synapseServices(server())), byUser);
    });

    test('a room’s events are created by one process, and its messages are read from one', async () => {
      const services = await synapseServices(server());
      const send = () =>
        spread(server(), (room, turn) => ({
          method: 'PUT',
          path: `/_matrix/client/v3/rooms/%21r${room}%2Fa/send/m.room.message/${turn}`,
          ...JSON_BODY,
        }));
      await expectSticky(servicesFor('event_creator', services), send);
      const read = () =>
        spread(server(), (room, turn) => ({
          path: `/_matrix/client/v3/rooms/%21r${room}%2Fa/messages?from=${turn}`,
        }));
      await expectSticky(servicesFor('client_reader', services), read);
    });

    test('a server’s transactions stay with one process', async () => {
      const byServer = () =>
        spread(server(), (origin, turn) => ({
          method: 'PUT',
          path: `/_matrix/federation/v1/send/${turn}`,
          headers: {
            'Content-Type': 'application/json',
            Authorization: `X-Matrix destination="x",origin=${turn % 2 ? `"s${origin}.org"` : `s${origin}.org`},key="ed25519:a",sig="${turn}"`,
          },
          body: '{}',
        }));
      await expectSticky(servicesFor('federation_inbound', await synapseServices(server())), byServer);
    });

    test('nothing of /_synapse but /_synapse/client is reachable in any spelling', async () => {
      const host = server().matrixHost;
      const answers = await ask(PRIVATE_PATHS.map((path) => ({ host, path })));
      for (const [index, { status, body }] of answers.entries()) {
        expect([400, 404], `${PRIVATE_PATHS[index]}: ${body}`).toContain(status);
        expect(body, PRIVATE_PATHS[index]).not.toMatch(/nonce|server_version|# HELP|^OK$/);
      }
    });

    test('web clients can read every error: Synapse’s, the proxy’s, and of every process', async () => {
      const host = server().matrixHost;
      const paths = [
        ...SAMPLES.filter(({ method, role }) => method === 'GET' && role.startsWith('client')),
        ...SAMPLES.filter(({ method, role }) => method === 'GET' && /^(sync|stream|media|main)/.test(role)),
      ].map(({ path }) => path);
      const answers = await ask([...paths, '/_synapse/admin/v1/register'].map((path) => ({ host, path })));
      for (const [index, { headers, status }] of answers.entries()) {
        // Synapse's single sign-on pages are for the browser itself.
        if (paths[index]?.match(/^\/_synapse\/client|^\/_matrix\/(federation|key)/)) continue;
        expect(headers, `${paths[index]}: ${status}`).toMatchObject(CORS);
      }
    });
  });
};
