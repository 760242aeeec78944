import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SizingInput } from '../../../src/sizing/budget-for.ts';
import { inputs, line, plan } from './support.ts';

const notes = (input: SizingInput): string => plan(input).notes.join('\n');
const moves = (input: SizingInput): boolean => notes(input).includes('Postgres should move to its own VPS');

describe('Postgres on its own VPS', () => {
  it.each([
    ['ravelin', 120, false],
    // 512 + 12 x 471 = 6164 MiB; a 16 GiB box gives 6168.
    ['ravelin', 471, false],
    ['ravelin', 472, true],
    ['bulwark', 1000, false],
    ['bulwark', 1003, true],
    // Before 100 rooms a larger box is the simpler way, however small this one is.
    ['sentinel', 100, false],
    ['garrison', 100, false],
    ['garrison', 300, true],
  ] as const)('%s with %d rooms: %s', (tier, rooms, expected) => {
    expect(moves({ tier, rooms })).toBe(expected);
  });

  it('is said with its reason, figures and flag', () => {
    expect(notes({ tier: 'ravelin', rooms: 1000 })).toContain(
      'Postgres should move to its own VPS (--db-host user@host) for 1000 rooms: they ask for some 12512 MiB for it (guess), and this machine can give 6168; they keep 9 processes of Synapse busy (guess), and 8 vCPU leave none for it.',
    );
  });

  it('is said for vCPUs alone where memory is plenty', () => {
    const box = { vcpus: 6, memoryMib: 128_000, diskGib: 900 };
    expect(notes({ tier: 'custom', rooms: 600, box })).toMatch(/own VPS .*: they keep 7 processes/);
  });

  it('is not said where it has moved', () => {
    expect(moves({ tier: 'ravelin', rooms: 100_000, database: 'elsewhere' })).toBe(false);
  });

  it('is never silenced by more rooms, nor caused by a larger box', () => {
    const more = fc.tuple(fc.nat(3000), fc.nat(8), fc.nat(30_000));
    fc.assert(
      fc.property(inputs, more, (input, [rooms, vcpus, memoryMib]) => {
        if (moves(input)) expect(moves({ ...input, rooms: input.rooms + rooms })).toBe(true);
        const { box } = input;
        const larger = { ...box, vcpus: box.vcpus + vcpus, memoryMib: box.memoryMib + memoryMib };
        if (!moves(input)) expect(moves({ ...input, box: larger })).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the largest room of another server', () => {
  const ravelin = { vcpus: 8, memoryMib: 15_600, diskGib: 470 };
  const reserve = 'Reserve for joining large rooms';

  it('raises the reserve to what the join takes', () => {
    const without = plan({ tier: 'ravelin', rooms: 120, box: ravelin });
    const withIt = plan({ tier: 'ravelin', rooms: 120, box: ravelin, largestRoom: 60_000 });
    expect(line(without, reserve)).toBeLessThan(2656);
    expect(line(withIt, reserve)).toBe(2656);
    expect(withIt.notes.join('\n')).not.toContain('Joining a room');
  });

  it('raises it beyond the usual limit on a large box', () => {
    const large = { vcpus: 16, memoryMib: 64_000, diskGib: 900 };
    const input = { tier: 'custom', rooms: 120, box: large } as const;
    expect(line(plan(input), reserve)).toBe(4096);
    expect(line(plan({ ...input, largestRoom: 200_000 }), reserve)).toBe(8256);
  });

  it('is warned of when the box does not carry it', () => {
    expect(notes({ tier: 'ravelin', rooms: 120, box: ravelin, largestRoom: 200_000 })).toMatch(
      /Joining a room of 200000 members takes some 8256 MiB .*the reserve is 3\d{3} MiB/,
    );
  });

  it('is named where users may not join it at all', () => {
    expect(notes({ tier: 'garrison', rooms: 20, largestRoom: 60_000 })).toContain(
      'The largest room, with 60000 members, is beyond what users may join here',
    );
    expect(notes({ tier: 'garrison', rooms: 20, largestRoom: 1000 })).not.toContain('The largest room');
  });

  it('does not matter where federation is closed', () => {
    const closed = { tier: 'garrison', rooms: 20, federation: 'closed' } as const;
    expect(plan({ ...closed, largestRoom: 1_000_000 })).toEqual(plan(closed));
    expect(notes(closed)).not.toContain('rooms of other servers');
    expect(plan(closed).remoteRoomComplexity).toBeUndefined();
    expect(plan({ ...closed, federation: 'open' }).remoteRoomComplexity).toBe(50);
  });
});
