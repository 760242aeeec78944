import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Budget, ROLES } from '../../../src/sizing/budget.ts';
import { budgetFor } from '../../../src/sizing/budget-for.ts';
import { FLOOR_MIB } from '../../../src/sizing/floor.ts';
import { inputs, line, names, plan, rooms, total } from './support.ts';

/** Everything that may only grow, whatever the layout. */
const resources = (budget: Budget): Record<string, number> => {
  const { workMem: _, shm: __, ...postgres } = budget.postgres ?? {};
  return {
    ...postgres,
    ...Object.fromEntries(
      ROLES.map((role) => [role, budget.processes.filter((process) => process.role === role).length]),
    ),
    synapse: total(budget.processes.map(({ mib }) => mib)),
    poolMin: total(budget.processes.map(({ poolMin }) => poolMin)),
    poolMax: total(budget.processes.map(({ poolMax }) => poolMax)),
    redis: budget.redis,
    remoteRoomComplexity: budget.remoteRoomComplexity ?? Number.POSITIVE_INFINITY,
    presence: Number(budget.presence),
    ...Object.fromEntries(
      budget.lines
        .slice(0, -1)
        .filter(({ what }) => !what.startsWith('Synapse'))
        .map(({ what, mib }) => [what, mib]),
    ),
  };
};

/** What may only grow while the processes are the same: each one's own part. */
const parts = ({ processes }: Budget): Record<string, number> =>
  Object.fromEntries(
    processes.flatMap(({ name, mib, cacheFactor, autotuning }) => [
      [`${name} mib`, mib],
      [`${name} cacheFactor`, cacheFactor],
      [`${name} maximum`, autotuning?.maximum ?? 0],
      [`${name} target`, autotuning?.target ?? 0],
    ]),
  );

/** Per query and not in all: shared by more connections and more vCPUs it may be less. */
const perQuery = ({ postgres }: Budget): Record<string, number> =>
  postgres === undefined ? {} : { workMem: postgres.workMem, shm: postgres.shm };

function notLess(more: Budget, less: Budget) {
  const same = names(more).join() === names(less).join();
  const measures = (budget: Budget) => ({
    ...resources(budget),
    ...(same ? parts(budget) : {}),
    ...(same && more.vcpus === less.vcpus ? perQuery(budget) : {}),
  });
  const high: Record<string, number> = measures(more);
  const fallen = Object.entries(measures(less)).filter(([name, value]) => !((high[name] ?? -1) >= value));
  expect(fallen.map(([name, value]) => `${name}: ${value} -> ${high[name]}`)).toEqual([]);
}

describe('every budget', () => {
  it('sums to the box, with no line below zero', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { lines, box } = plan(input);
        expect(total(lines.map(({ mib }) => mib))).toBe(box);
        expect(box).toBeLessThanOrEqual(input.box.memoryMib);
        expect(lines.filter(({ mib }) => mib < 0)).toEqual([]);
        expect(new Set(lines.map(({ what }) => what)).size).toBe(lines.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('has a line for each process, and as much for it as it plans with', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const budget = plan(input);
        for (const { name, mib } of budget.processes) expect(line(budget, `Synapse: ${name}`)).toBe(mib);
        expect(budget.lines.filter(({ what }) => what.startsWith('Synapse'))).toHaveLength(
          budget.processes.length,
        );
        expect(budget.redis).toBe(line(budget, 'Redis'));
      }),
      { numRuns: 1000 },
    );
  });

  it('lists main, then the workers by role and number, each name once', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { processes } = plan(input);
        const expected = ROLES.flatMap((role) =>
          processes
            .filter((process) => process.role === role)
            .map((_, index) => (role === 'main' ? role : `${role.replaceAll('_', '-')}-${index + 1}`)),
        );
        expect(processes.map(({ name }) => name)).toEqual(expected);
        expect(expected.filter((name) => name === 'main')).toHaveLength(1);
      }),
    );
  });

  it('keeps a busy Postgres within its share', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const budget = plan(input);
        const { postgres } = budget;
        expect(postgres === undefined).toBe(input.database === 'elsewhere');
        expect(budget.lines.some(({ what }) => what === 'Postgres')).toBe(postgres !== undefined);
        if (postgres === undefined) return;
        // One work_mem for each connection of the pools and each parallel worker, and a maintenance task.
        const pools = total(budget.processes.map(({ poolMax }) => poolMax));
        const queries = (pools + postgres.parallelWorkers) * postgres.workMem;
        const busy = postgres.sharedBuffers + postgres.maintenanceWorkMem + queries;
        expect(busy).toBeLessThanOrEqual(line(budget, 'Postgres'));
        expect(postgres.effectiveCacheSize).toBeLessThanOrEqual(line(budget, 'Postgres'));
      }),
      { numRuns: 2000 },
    );
  });

  it('runs no more in parallel than there are vCPUs, in enough shared memory for its hash tables', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { postgres } = plan({ ...input, database: 'here' });
        if (postgres === undefined) throw new Error('no Postgres');
        const { parallelWorkers, parallelPerQuery, workMem, shm } = postgres;
        expect(parallelWorkers).toBeLessThanOrEqual(input.box.vcpus);
        expect(parallelPerQuery).toBeLessThanOrEqual(Math.min(4, parallelWorkers));
        // hash_mem_multiplier is 2; the leader takes part.
        expect(shm).toBeGreaterThanOrEqual(2 * workMem * (parallelPerQuery + 1));
        expect(shm).toBeGreaterThanOrEqual(64);
      }),
    );
  });

  it('leaves connections to spare beyond the pools', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { processes, postgres } = plan({ ...input, database: 'here' });
        const pools = total(processes.map(({ poolMax }) => poolMax));
        expect(postgres?.maxConnections).toBe(pools + 20);
        for (const { poolMin, poolMax } of processes) expect(poolMin).toBeLessThanOrEqual(poolMax);
      }),
    );
  });

  it('tunes caches only where there is room, below what the process has', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        for (const { mib, autotuning } of plan(input).processes) {
          expect(autotuning !== undefined).toBe(mib >= 512);
          if (autotuning === undefined) continue;
          expect(autotuning.maximum).toBeLessThan(mib);
          expect(autotuning.target).toBeLessThan(autotuning.maximum);
          expect(autotuning.target).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('gives no less for more rooms', () => {
    fc.assert(
      fc.property(inputs, fc.oneof(rooms, fc.nat(3)), (input, more) => {
        notLess(plan({ ...input, rooms: input.rooms + more }), plan(input));
      }),
      { numRuns: 3000 },
    );
  });

  it('gives no less on a larger box', () => {
    const growth = fc.record({
      vcpus: fc.oneof(fc.nat(2), fc.nat(64)),
      memoryMib: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.nat(100_000)),
      diskGib: fc.nat(100),
    });
    fc.assert(
      fc.property(inputs, growth, (input, more) => {
        const { box } = input;
        const larger = {
          vcpus: box.vcpus + more.vcpus,
          memoryMib: box.memoryMib + more.memoryMib,
          diskGib: box.diskGib + more.diskGib,
        };
        notLess(plan({ ...input, box: larger }), plan(input));
      }),
      { numRuns: 4000 },
    );
  });

  it('gives Synapse, and those who sync, no less for more users', () => {
    fc.assert(
      fc.property(inputs, fc.nat(2000), (input, more) => {
        const [less, high] = [plan(input), plan({ ...input, users: (input.users ?? 0) + more })];
        expect(total(high.processes.map(({ mib }) => mib))).toBeGreaterThanOrEqual(
          total(less.processes.map(({ mib }) => mib)),
        );
        expect(high.processes.length).toBeGreaterThanOrEqual(less.processes.length);
        if (high.processes.length > less.processes.length) return;
        for (const { name, role, mib } of less.processes)
          if (role === 'sync' || role === 'client_reader')
            expect(line(high, `Synapse: ${name}`), name).toBeGreaterThanOrEqual(mib);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps no less in reserve for a larger room', () => {
    const reserve = 'Reserve for joining large rooms';
    fc.assert(
      fc.property(inputs, fc.nat(100_000), (input, more) => {
        const larger = plan({ ...input, largestRoom: (input.largestRoom ?? 0) + more });
        expect(line(larger, reserve)).toBeGreaterThanOrEqual(line(plan(input), reserve));
      }),
    );
  });

  it('gives Synapse no less when the database is elsewhere', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const [here, elsewhere] = [
          plan({ ...input, database: 'here' }),
          plan({ ...input, database: 'elsewhere' }),
        ];
        expect(names(elsewhere)).toEqual(names(here));
        for (const { name, mib } of here.processes)
          expect(line(elsewhere, `Synapse: ${name}`), name).toBeGreaterThanOrEqual(mib);
      }),
      { numRuns: 1000 },
    );
  });

  it('has a reason and a source for each line, and says why there are as many processes', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { lines, layout, processes, diskForecast } = plan(input);
        for (const { reason, source } of lines) {
          expect(reason).not.toBe('');
          expect(source).not.toBe('');
        }
        for (const { name } of processes.filter(({ name }) => /-1$/.test(name)))
          expect(layout.join('\n')).toContain(name);
        if (processes.length === 1) expect(layout[0]).toContain('one process');
        else expect(layout[0]).toContain(`${processes.length} processes`);
        expect(diskForecast.afterAYear).toBeCloseTo(total(diskForecast.lines.map(({ gib }) => gib)), 3);
        expect(diskForecast.disk).toBe(input.box.diskGib);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the machine as found', () => {
  it.each([
    ['a Garrison as sold', 'garrison', { vcpus: 4, memoryMib: 7937, diskGib: 236 }, 0],
    ['a Garrison on a smaller machine', 'garrison', { vcpus: 2, memoryMib: 3900, diskGib: 80 }, 1],
    ['a Garrison on a larger machine', 'garrison', { vcpus: 16, memoryMib: 32_000, diskGib: 900 }, 1],
    ['a Bulwark on a Ravelin', 'bulwark', { vcpus: 8, memoryMib: 15_900, diskGib: 470 }, 1],
    ['a Bulwark', 'bulwark', { vcpus: 16, memoryMib: 32_000, diskGib: 900 }, 0],
    ['a Sentinel on a Ravelin', 'sentinel', { vcpus: 8, memoryMib: 15_900, diskGib: 470 }, 1],
    ['a Sentinel', 'sentinel', { vcpus: 1, memoryMib: 1967, diskGib: 39 }, 0],
    ['custom, whatever it is', 'custom', { vcpus: 3, memoryMib: 5000, diskGib: 33 }, 0],
  ] as const)('says a mismatch with the tier: %s', (_, tier, box, mismatches) => {
    const { notes, box: planned } = plan({ tier, rooms: 10, box });
    expect(planned).toBe(box.memoryMib);
    expect(notes.filter((note) => note.includes('is not a'))).toHaveLength(mismatches);
  });

  it.each(['sentinel', 'bulwark', 'custom'] as const)(
    'says what is assumed without a machine: %s',
    (tier) => {
      expect(plan({ tier, rooms: 10 }).notes.join('\n')).toContain('this assumes');
    },
  );

  it.each(['garrison', 'ravelin'] as const)('needs no assumption for %s', (tier) => {
    expect(plan({ tier, rooms: 10 }).notes.join('\n')).not.toContain('assumes');
  });

  it.each(['here', 'elsewhere'] as const)('refuses below the floor and names it, database %s', (database) => {
    const sizing = budgetFor({
      tier: 'custom',
      rooms: 1,
      box: { vcpus: 1, memoryMib: FLOOR_MIB - 1, diskGib: 20 },
      database,
    });
    expect(sizing).toMatchObject({ ok: false, floorMib: FLOOR_MIB });
    expect(sizing.ok ? '' : sizing.what).toContain(`${FLOOR_MIB} MiB`);
  });

  it('gives a 1 GB machine the smallest plan and says so', () => {
    const { notes, processes } = plan({
      tier: 'custom',
      rooms: 5,
      box: { vcpus: 1, memoryMib: 957, diskGib: 20 },
    });
    expect(notes.join('\n')).toContain('smallest plan that works');
    expect(processes).toMatchObject([{ poolMax: 5, cacheFactor: 0.1 }]);
  });
});

describe('the disk after a year', () => {
  const box = { vcpus: 8, memoryMib: 15_900, diskGib: 60 };

  it('is warned of when the disk is smaller', () => {
    const { notes, diskForecast } = plan({ tier: 'custom', rooms: 1000, box });
    expect(diskForecast.afterAYear).toBeGreaterThan(60);
    expect(notes.join('\n')).toMatch(/The disk has 60 GiB; after a year some \d+ GiB/);
    expect(plan({ tier: 'custom', rooms: 20, box }).notes.join('\n')).not.toContain('The disk has');
  });

  it('holds no database that is elsewhere', () => {
    const { lines } = plan({ tier: 'custom', rooms: 1000, box, database: 'elsewhere' }).diskForecast;
    expect(lines.map(({ what }) => what)).toEqual(['Operating system', 'Images', 'Logs', 'Media']);
  });

  it('is not judged when its size is not known', () => {
    const { notes } = plan({ tier: 'custom', rooms: 1000, box: { ...box, diskGib: 0 } });
    expect(notes.join('\n')).not.toContain('The disk has');
  });
});
