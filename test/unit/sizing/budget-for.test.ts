import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../../../src/answers/answers.ts';
import type { Budget } from '../../../src/sizing/budget.ts';
import { budgetFor, FLOOR_MIB, type SizingInput } from '../../../src/sizing/budget-for.ts';

const boxes = fc.record({
  vcpus: fc.integer({ min: 1, max: 128 }),
  memoryMib: fc.integer({ min: 1024, max: 512 * 1024 }),
  diskGib: fc.integer({ min: 5, max: 20_000 }),
});
const rooms = fc.integer({ min: 0, max: 1_000_000 });
const inputs = fc.record({ tier: fc.constantFrom(...TIERS), rooms, box: boxes });

function plan(input: SizingInput): Budget {
  const sizing = budgetFor(input);
  if (!sizing.ok) throw new Error(sizing.what);
  return sizing.budget;
}

/** Everything that may only grow. */
const resources = (budget: Budget): Record<string, number> => ({
  synapse: budget.processes[0]?.mib ?? 0,
  cacheFactor: budget.processes[0]?.cacheFactor ?? 0,
  poolMin: budget.processes[0]?.poolMin ?? 0,
  poolMax: budget.processes[0]?.poolMax ?? 0,
  redis: budget.redis,
  remoteRoomComplexity: budget.remoteRoomComplexity ?? Number.POSITIVE_INFINITY,
  presence: Number(budget.presence),
  ...budget.postgres,
  ...Object.fromEntries(budget.lines.slice(0, -1).map((line) => [line.what, line.mib])),
});

const notLess = (more: Budget, less: Budget) => {
  const [high, low] = [resources(more), resources(less)];
  for (const [name, value] of Object.entries(low)) {
    expect(high[name], name).toBeGreaterThanOrEqual(value);
  }
};

describe('every budget', () => {
  it('sums to the box, with no line below zero', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { lines, box } = plan(input);
        expect(lines.reduce((sum, line) => sum + line.mib, 0)).toBe(box);
        expect(box).toBeLessThanOrEqual(input.box.memoryMib);
        for (const line of lines) expect(line.mib, line.what).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('plans processes, Postgres and Redis within their lines', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { lines, processes, postgres, redis } = plan(input);
        const share = (what: string) => lines.find((line) => line.what.startsWith(what))?.mib ?? 0;
        expect(processes.reduce((sum, { mib }) => sum + mib, 0)).toBe(share('Synapse'));
        expect(redis).toBe(share('Redis'));
        // A maintenance task and one work_mem for each connection of the pools fit beside the shared buffers.
        const pools = processes.reduce((sum, { poolMax }) => sum + poolMax, 0);
        const busy = postgres.sharedBuffers + postgres.maintenanceWorkMem + pools * postgres.workMem;
        expect(busy).toBeLessThanOrEqual(share('Postgres'));
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves connections to spare beyond the pools', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { processes, postgres } = plan(input);
        const pools = processes.reduce((sum, { poolMax }) => sum + poolMax, 0);
        expect(postgres.maxConnections).toBeGreaterThanOrEqual(pools + 10);
        for (const { poolMin, poolMax } of processes) expect(poolMin).toBeLessThanOrEqual(poolMax);
      }),
    );
  });

  it('gives no less for more rooms', () => {
    fc.assert(
      fc.property(inputs, rooms, (input, more) => {
        notLess(plan({ ...input, rooms: input.rooms + more }), plan(input));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives no less on a larger box', () => {
    const growth = fc.record({
      vcpus: fc.nat(16),
      memoryMib: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.nat(100_000)),
      diskGib: fc.nat(100),
    });
    fc.assert(
      fc.property(inputs, growth, ({ tier, rooms, box }, more) => {
        const larger = {
          vcpus: box.vcpus + more.vcpus,
          memoryMib: box.memoryMib + more.memoryMib,
          diskGib: box.diskGib + more.diskGib,
        };
        notLess(plan({ tier, rooms, box: larger }), plan({ tier, rooms, box }));
      }),
      { numRuns: 2000 },
    );
  });

  it('has a reason and a source for each line', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        for (const line of plan(input).lines) {
          expect(line.reason).not.toBe('');
          expect(line.source).not.toBe('');
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('the machine as found', () => {
  it.each([
    ['a Garrison as sold', 'garrison', { vcpus: 4, memoryMib: 7937, diskGib: 236 }, 0],
    ['a Garrison on a smaller machine', 'garrison', { vcpus: 2, memoryMib: 3900, diskGib: 80 }, 1],
    ['a Garrison on a larger machine', 'garrison', { vcpus: 16, memoryMib: 32_000, diskGib: 900 }, 1],
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

  it('refuses below the floor and names it', () => {
    const sizing = budgetFor({
      tier: 'custom',
      rooms: 1,
      box: { vcpus: 1, memoryMib: FLOOR_MIB - 1, diskGib: 20 },
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
