import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DatabaseSizingInput, databaseBudgetFor } from '../../../src/sizing/database-budget.ts';
import { boxes, inputs, line, plan, rooms, total } from './support.ts';

const processes = ({ pools }: { pools: readonly number[] }) => pools.map((poolMax) => ({ poolMax }));
const some = fc.record({
  box: boxes,
  rooms,
  processes: fc
    .record({ pools: fc.array(fc.integer({ min: 5, max: 10 }), { minLength: 1, maxLength: 31 }) })
    .map(processes),
});

const sized = (input: DatabaseSizingInput) => {
  const sizing = databaseBudgetFor(input);
  return sizing.ok ? sizing.budget : undefined;
};

describe('the machine that holds only the database', () => {
  it('is divided whole, and a busy Postgres with all its connections stays within its share', () => {
    fc.assert(
      fc.property(some, (input) => {
        const budget = sized(input);
        fc.pre(budget !== undefined);
        const { lines, box, postgres } = budget;
        expect(total(lines.map(({ mib }) => mib))).toBe(box);
        expect(box).toBeLessThanOrEqual(input.box.memoryMib);
        for (const { what, mib } of lines) expect(mib, what).toBeGreaterThan(0);
        const pools = total(input.processes.map(({ poolMax }) => poolMax));
        expect(postgres.maxConnections).toBe(pools + 20);
        const queries = (pools + postgres.parallelWorkers) * postgres.workMem;
        const share = lines.find(({ what }) => what === 'Postgres')?.mib ?? 0;
        expect(postgres.sharedBuffers + postgres.maintenanceWorkMem + queries).toBeLessThanOrEqual(share);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives no less on a larger box or for more rooms', () => {
    const more = fc.tuple(fc.nat(3000), fc.oneof(fc.nat(3), fc.nat(50_000)), fc.nat(100));
    fc.assert(
      fc.property(some, more, (input, [rooms, memoryMib, diskGib]) => {
        const less = sized(input);
        fc.pre(less !== undefined);
        const { box } = input;
        const larger = { ...box, memoryMib: box.memoryMib + memoryMib, diskGib: box.diskGib + diskGib };
        const high = sized({ ...input, rooms: input.rooms + rooms, box: larger });
        for (const [name, value] of Object.entries(less.postgres))
          expect(high?.postgres[name as keyof typeof less.postgres], name).toBeGreaterThanOrEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives Postgres more than the same box shared with Synapse', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const here = plan({ ...input, database: 'here' });
        const alone = sized({ box: input.box, rooms: input.rooms, processes: here.processes });
        fc.pre(alone !== undefined);
        expect(alone.lines.find(({ what }) => what === 'Postgres')?.mib).toBeGreaterThan(
          line(here, 'Postgres'),
        );
      }),
    );
  });

  it('refuses a box that does not hold the connections, and names the least', () => {
    const box = { vcpus: 1, memoryMib: 950, diskGib: 20 };
    expect(databaseBudgetFor({ box, rooms: 20, processes: [{ poolMax: 10 }] })).toMatchObject({ ok: true });
    const twelve = plan({ tier: 'bulwark', rooms: 1000 }).processes;
    const refused = databaseBudgetFor({ box, rooms: 1000, processes: twelve });
    if (refused.ok) throw new Error('it took the box');
    expect(refused.what).toBe(`The machine has 950 MiB of RAM; ${refused.floorMib} MiB are the least.`);
    const least = (memoryMib: number) =>
      databaseBudgetFor({ box: { ...box, memoryMib }, rooms: 1000, processes: twelve }).ok;
    expect(least(refused.floorMib)).toBe(true);
    expect(least(refused.floorMib - 1)).toBe(false);
    expect(databaseBudgetFor({ box: { ...box, memoryMib: 899 }, rooms: 0, processes: [] })).toMatchObject({
      ok: false,
      floorMib: 900,
    });
  });

  it('says when the rooms ask for more, and when the disk is too small', () => {
    const box = { vcpus: 4, memoryMib: 7937, diskGib: 40 };
    const notes = (rooms: number) => sized({ box, rooms, processes: [{ poolMax: 10 }] })?.notes.join('\n');
    expect(notes(20)).toBe('');
    expect(notes(1000)).toContain('1000 rooms ask for some 12512 MiB');
    expect(notes(1000)).toContain('The disk has 40 GiB');
  });
});
