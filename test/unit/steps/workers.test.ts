import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import type { Change } from '../../../src/plan/change.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { PATHS, type Service } from '../../../src/render/layout.ts';
import { homeserver } from '../../../src/steps/2-homeserver.ts';
import { database } from '../../../src/steps/3-database.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

const RAVELIN = { vcpus: 8, memoryMib: 15_900 };
const WORKERS: Partial<Answers> = { tier: 'ravelin', rooms: 120 };
const ALONE: Partial<Answers> = { tier: 'ravelin', rooms: 20 };

const withWorkers = installed(WORKERS, RAVELIN);
const workers = goalFor(withWorkers, WORKERS).desired.services.filter((name) => name.startsWith('synapse-'));

/** What steps 2 and 3 do on a machine like that for these answers, without what the files are. */
const changes = (facts: Facts, answers: Partial<Answers>): Change[] => {
  const goal = goalFor(facts, answers);
  return [...homeserver.changes(goal, facts), ...database.changes(goal, facts)];
};

const acts = (facts: Facts, answers: Partial<Answers>): [string, readonly Service[]][] =>
  changes(facts, answers).flatMap((change) =>
    'services' in change ? [[change.kind, change.services] as [string, readonly Service[]]] : [],
  );

const edit = (service: Service, values: Partial<Facts['host']['containers'][number]>): Facts => ({
  ...withWorkers,
  host: {
    ...withWorkers.host,
    containers: withWorkers.host.containers.map((container) =>
      container.service === service ? { ...container, ...values } : container,
    ),
  },
});

describe('a layout with workers', () => {
  it('has some', () => {
    expect(workers).toHaveLength(5);
  });

  it('has nothing to do when all of them run as planned', () => {
    expect(changes(withWorkers, WORKERS)).toEqual([]);
  });

  it('starts the main process before any worker', () => {
    const alone = installed(ALONE, RAVELIN);
    expect(acts(alone, WORKERS).slice(-4)).toEqual([
      ['start-services', ['synapse']],
      ['await-healthy', ['synapse']],
      ['start-services', workers],
      ['await-healthy', workers],
    ]);
  });

  it('lets no worker run while the main process changes', () => {
    const facts = { ...withWorkers, host: { ...withWorkers.host, imageLock: '' } };
    const kinds = acts(edit('synapse', { config: 'other' }), WORKERS);
    expect(kinds).toEqual([
      ['stop-services', workers],
      ['start-services', ['synapse']],
      ['await-healthy', ['synapse']],
      ['start-services', workers],
      ['await-healthy', workers],
    ]);
    expect(acts(facts, WORKERS).map(([kind]) => kind)).toContain('stop-services');
  });

  it('leaves the workers alone when the main process only has to be started again', () => {
    expect(acts(edit('synapse', { state: 'exited' }), WORKERS)).toEqual([
      ['start-services', ['synapse']],
      ['await-healthy', ['synapse']],
    ]);
  });

  it('restarts one worker without touching another', () => {
    const [first = 'synapse'] = workers;
    expect(acts(edit(first, { config: 'other' }), WORKERS)).toEqual([
      ['start-services', [first]],
      ['await-healthy', [first]],
    ]);
    expect(acts(edit(first, { health: 'unhealthy' }), WORKERS)).toEqual([['await-healthy', [first]]]);
  });

  it('takes workers and their files away that the plan has no more, before the main process takes over', () => {
    const plan = changes(withWorkers, ALONE);
    const config = plan.find((change) => change.kind === 'write-synapse-config');
    expect(config?.obsolete.toSorted()).toEqual(
      [
        PATHS.startWorker,
        ...workers.map((name) => `${PATHS.workers}/${name.replace('synapse-', '')}.yaml`),
      ].toSorted(),
    );
    const kinds = acts(withWorkers, ALONE);
    expect(kinds).toContainEqual(['remove-services', workers]);
    const order = kinds.map(([kind, services]) => `${kind} ${services[0]}`);
    expect(order.indexOf(`remove-services ${workers[0]}`)).toBeLessThan(
      order.indexOf('start-services synapse'),
    );
  });

  it('leaves a container alone that is not one of Synapse’s processes', () => {
    const foreign = {
      ...withWorkers.host.containers[0],
      service: 'mine',
    } as Facts['host']['containers'][number];
    const facts = {
      ...withWorkers,
      host: { ...withWorkers.host, containers: [...withWorkers.host.containers, foreign] },
    };
    expect(changes(facts, WORKERS)).toEqual([]);
  });
});
