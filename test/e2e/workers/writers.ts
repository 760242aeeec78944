import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { operator } from '../../world/index.ts';
import type { Server } from '../life/server.ts';
import { newAccount } from './accounts.ts';
import { container } from './replaced.ts';

const PROGRAM = fileURLToPath(new URL('./many-rooms.ts', import.meta.url));

/** Each stream is written by whom the configuration names, and what each event writer writes reaches the peer. */
export const writers = (servers: () => { readonly large: Server; readonly peer: Server }): void => {
  describe('writers', () => {
    test('every event persister writes, and what each of them wrote arrives at the peer', async () => {
      const { large, peer } = servers();
      const pairs = [
        { alice: await newAccount(large, 'judy'), bob: await newAccount(peer, 'bob') },
        { alice: await newAccount(large, 'ken'), bob: await newAccount(peer, 'barbara') },
      ];
      const runs = await Promise.all(
        pairs.map((pair) => operator.run([process.execPath, PROGRAM], { input: JSON.stringify(pair) })),
      );
      for (const run of runs) expect(run.exitCode, run.all).toBe(0);
      const rooms = runs.flatMap(({ stdout }) => JSON.parse(stdout) as string[]);
      const list = rooms.map((room) => `'${room}'`).join(',');
      const wrote = await large.query(
        `select distinct instance_name from events where room_id in (${list}) and type = 'm.room.message'`,
      );
      expect(wrote.sort()).toEqual(['event-persister-1', 'event-persister-2']);
    });

    test('every other stream of clients is written by the stream writer alone', async () => {
      const { large } = servers();
      const wrote = await large.query('select stream_name, instance_name from stream_positions');
      // A stream has no line until something is written; thread subscriptions are an experiment and off.
      const streams = [
        'account_data',
        'device_lists_stream',
        'presence_stream',
        'push_rules_stream',
        'receipts',
        'to_device',
      ];
      const ofClients = wrote.filter((line) => streams.includes(line.split('|')[0] as string));
      expect(ofClients.sort()).toEqual(streams.map((stream) => `${stream}|stream-writer-1`));
    });

    test('what goes to the peer is sent by one federation sender', async () => {
      const { large, peer } = servers();
      // Synapse logs each transaction by its destination and path.
      const sent = async (service: string) =>
        Number(
          await large.shell(
            `docker logs ${container(service)} 2>&1 | grep -c '${peer.domain}.*/_matrix/federation/v1/send/' || true`,
          ),
        );
      const counts = [await sent('synapse-federation-sender-1'), await sent('synapse-federation-sender-2')];
      expect(counts.filter((count) => count > 0)).toHaveLength(1);
      expect(await sent('synapse')).toBe(0);
    });
  });
};
