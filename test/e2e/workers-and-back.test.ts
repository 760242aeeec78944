/**
 * A server on a machine that shows the size of a Ravelin grows from one process to six and shrinks again, by other
 * answers to the same command, and with six it is upgraded and taken back: nothing is lost on the way.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { olderRelease } from '../support/releases.ts';
import { figure, seconds, showFigures } from './life/figures.ts';
import { findsNothingToDo, ROOT, Server } from './life/server.ts';
import { Kept } from './workers/kept.ts';
import { layout } from './workers/layout.ts';
import { people } from './workers/people.ts';
import { routes } from './workers/routes.ts';
import { installedServers, type Servers } from './workers/servers.ts';
import { Switching, versions } from './workers/switching.ts';

const OLD = '1.160.0';
const NEW = '1.163.2';
const FEW = 20;
const RAVELIN = { tier: 'ravelin', rooms: 120, processes: 6 } as const;

const WORKERS = [
  'client-reader-1',
  'event-persister-1',
  'federation-reader-1',
  'federation-sender-1',
  'sync-1',
];

/** Services that have a container, running or not. */
const services = async (server: Server): Promise<string[]> => Object.keys(await server.startTimes()).sort();

const ALONE = ['caddy', 'postgres', 'redis', 'synapse'];
const TOGETHER = [...ALONE, ...WORKERS.map((name) => `synapse-${name}`)].sort();

/** Every process of Synapse with this version. */
const all = (version: string): Record<string, string> =>
  Object.fromEntries(['synapse', ...WORKERS.map((name) => `synapse-${name}`)].map((name) => [name, version]));

/** The plan of one run with other answers, which it then carries out; the next run finds nothing to do. */
const changeRooms = async (server: Server, rooms: number): Promise<string> => {
  const run = await server.init('--rooms', String(rooms));
  expect(run.exitCode, run.all).toBe(0);
  figure(`a change to ${rooms} rooms`, seconds(run.milliseconds));
  await findsNothingToDo(server);
  return run.stdout.slice(run.stdout.indexOf('2. Generate'));
};

describe('from one process to workers and back', () => {
  let servers: Servers | undefined;
  let kept: Kept | undefined;
  const known = (): Servers => {
    if (servers === undefined) throw new Error('the servers could not be installed');
    return servers;
  };
  const large = () => known().large;
  const conversation = (): Kept => {
    if (kept === undefined) throw new Error('the conversation could not begin');
    return kept;
  };

  beforeAll(async () => {
    servers = await installedServers(
      'wk-ravelin',
      { cpus: 8, memory: '16G' },
      { tier: 'ravelin', rooms: FEW },
      olderRelease(OLD),
    );
  });
  afterAll(async () => {
    showFigures();
    await servers?.remove();
  });

  test('few rooms are one process', async () => {
    expect(await services(large())).toEqual(ALONE);
    kept = await Kept.begin(large());
  });

  test('more rooms bring workers: the plan says what stops and starts, and nothing is lost', async () => {
    const plan = await changeRooms(large(), RAVELIN.rooms);
    expect(plan).toMatch(/write homeserver\.yaml and 5 files of workers/);
    expect(plan).toMatch(/start synapse \(its configuration changed\)/);
    for (const name of WORKERS) expect(plan).toMatch(new RegExp(`start .*synapse-${name}\\b`));
    expect(await services(large())).toEqual(TOGETHER);
    await conversation().isThere();
  });

  test('an upgrade takes all processes to the new version: workers stop first and start last', async () => {
    expect(await versions(large())).toEqual(all(OLD));
    const { vps, domain } = large();
    servers = { ...known(), large: new Server(vps, domain) };
    const switching = await Switching.watch(large());
    const run = await large().init('--wait', '--accept', 'room-version-12');
    expect(run.exitCode, run.all).toBe(0);
    expect(await versions(large())).toEqual(all(NEW));
    await switching.wasInOrder(WORKERS.map((name) => `synapse-${name}`));
    const [, away = ''] = /the longest time without an answer was ([\d.]+) s/.exec(run.all) ?? [];
    figure('an upgrade with workers: the time until the last of them answers', `${away} s`);
    expect(Number(away)).toBeGreaterThan(0);
    await conversation().isThere();
    await findsNothingToDo(large());
  });

  layout(large, RAVELIN);
  people(known);
  routes(large);

  test('fewer rooms take the workers away: the plan names them, and nothing is lost', async () => {
    const plan = await changeRooms(large(), FEW);
    for (const name of WORKERS) expect(plan).toMatch(new RegExp(`take away .*synapse-${name}\\b`));
    expect(plan).toMatch(/start synapse \(its configuration changed\)/);
    expect(await services(large())).toEqual(ALONE);
    expect(await large().shell(`find ${ROOT}/synapse/config/workers -type f`)).toBe('');
    await conversation().isThere();
    expect(conversation().said).toHaveLength(4);
  });

  test('and the workers come back', async () => {
    await changeRooms(large(), RAVELIN.rooms);
    await conversation().isThere();
  });

  test('the upgrade is taken back by hand: all processes have the old version, nothing is lost', async () => {
    const switching = await Switching.watch(large());
    const run = await large().init('--rollback');
    expect(run.exitCode, run.all).toBe(0);
    expect(await versions(large())).toEqual(all(OLD));
    await switching.wasInOrder(WORKERS.map((name) => `synapse-${name}`));
    const [, away = ''] = /the longest time without an answer was ([\d.]+) s/.exec(run.all) ?? [];
    figure('going back with workers: the time until the last of them answers', `${away} s`);
    await conversation().isThere();
  });
});
