/**
 * A server on a machine that shows the size of a Ravelin grows from one process to six and shrinks again, by other
 * answers to the same command: nothing is lost on the way.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { figure, seconds, showFigures } from './life/figures.ts';
import { findsNothingToDo, ROOT, type Server } from './life/server.ts';
import { Kept } from './workers/kept.ts';
import { layout } from './workers/layout.ts';
import { people } from './workers/people.ts';
import { routes } from './workers/routes.ts';
import { installedServers, type Servers } from './workers/servers.ts';

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
    expect(conversation().said).toHaveLength(3);
  });

  test('and the workers come back', async () => {
    await changeRooms(large(), RAVELIN.rooms);
    await conversation().isThere();
  });
});
