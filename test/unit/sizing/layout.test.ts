import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LADDER } from '../../../src/sizing/ladder.ts';
import { inputs, line, names, plan } from './support.ts';

/** As a VPS sold with 8, 16 and 32 GB shows itself. */
const garrison = { vcpus: 4, memoryMib: 7937, diskGib: 236 };
const ravelin = { vcpus: 8, memoryMib: 15_600, diskGib: 470 };
const bulwark = { vcpus: 16, memoryMib: 31_500, diskGib: 940 };

it('has no threshold that falls along the ladder', () => {
  LADDER.slice(1).forEach((rung, index) => {
    const before = LADDER[index];
    if (before === undefined) throw new Error('no rung before');
    expect(rung.rooms).toBeGreaterThanOrEqual(before.rooms);
    expect(rung.vcpus).toBeGreaterThanOrEqual(before.vcpus);
    expect(rung.mib).toBeGreaterThanOrEqual(before.mib);
  });
});

describe('the tiers of the brief', () => {
  it.each([0, 20, 120, 1_000_000])('Garrison is one process with %d rooms', (rooms) => {
    const { processes, layout } = plan({ tier: 'garrison', rooms, box: garrison });
    expect(processes.map(({ name }) => name)).toEqual(['main']);
    expect(layout.join('\n')).toContain('That is right for this machine (4 vCPU, 7937 MiB of RAM)');
    expect(layout.join('\n')).toContain('called workers');
  });

  it.each([undefined, ravelin])('Ravelin with 120 rooms is six processes', (box) => {
    expect(names(plan({ tier: 'ravelin', rooms: 120, ...(box && { box }) }))).toEqual([
      'main',
      'federation-sender-1',
      'sync-1',
      'event-persister-1',
      'client-reader-1',
      'federation-reader-1',
    ]);
  });

  it('Ravelin with 20 rooms is one process, because of the rooms', () => {
    const { processes, layout } = plan({ tier: 'ravelin', rooms: 20, box: ravelin });
    expect(processes).toHaveLength(1);
    expect(layout.join('\n')).toContain('That is right for 20 rooms');
  });

  it.each([undefined, bulwark])('Bulwark with 1000 rooms has every role, and sync twice', (box) => {
    expect(names(plan({ tier: 'bulwark', rooms: 1000, ...(box && { box }) }))).toEqual([
      'main',
      'federation-sender-1',
      'sync-1',
      'sync-2',
      'event-persister-1',
      'client-reader-1',
      'federation-reader-1',
      'media-1',
      'background-1',
      'stream-writer-1',
      'federation-inbound-1',
      'event-creator-1',
    ]);
  });

  it('Bulwark with 100 rooms has the three of the brief', () => {
    expect(names(plan({ tier: 'bulwark', rooms: 100 }))).toEqual(
      expect.arrayContaining(['federation-sender-1', 'sync-1', 'event-persister-1']),
    );
  });
});

it('uses every rung on the largest box', () => {
  const box = { vcpus: 128, memoryMib: 512 * 1024, diskGib: 10_000 };
  expect(plan({ tier: 'custom', rooms: 1_000_000, box }).processes).toHaveLength(LADDER.length + 1);
});

it('gives a small box no workers, and says why', () => {
  fc.assert(
    fc.property(inputs, fc.boolean(), (input, fewCores) => {
      const box = {
        ...input.box,
        ...(fewCores
          ? { vcpus: Math.min(input.box.vcpus, 5) }
          : { memoryMib: Math.min(input.box.memoryMib, 13_999) }),
      };
      const { processes, layout } = plan({ ...input, box });
      expect(processes).toHaveLength(1);
      expect(layout.join('\n')).toContain('That is right for this machine');
    }),
  );
});

it('says what the rooms ask for and the box does not carry', () => {
  const { layout } = plan({ tier: 'ravelin', rooms: 1000, box: ravelin });
  expect(layout.at(-1)).toBe(
    '1000 rooms ask for 3 more workers (sync, federation_inbound and event_creator). The machine holds them back: it has 8 vCPU and 15600 MiB, and the next one needs 12 vCPU and 22000 MiB of RAM.',
  );
  expect(plan({ tier: 'ravelin', rooms: 120, box: ravelin }).layout.join('\n')).not.toContain(
    'holds them back',
  );
  expect(plan({ tier: 'garrison', rooms: 120, box: garrison }).layout.join('\n')).toContain(
    'holds them back',
  );
  expect(plan({ tier: 'garrison', rooms: 20, box: garrison }).layout.join('\n')).not.toContain(
    'holds them back',
  );
});

it('plans nothing for other servers where federation is closed, and says so', () => {
  const closed = plan({ tier: 'bulwark', rooms: 1000, box: bulwark, federation: 'closed' });
  expect(names(closed).filter((name) => name.startsWith('federation'))).toEqual([]);
  expect(names(closed)).toContain('event-creator-1');
  expect(closed.layout.join('\n')).toContain('Federation is closed');
  const open = plan({ tier: 'bulwark', rooms: 1000, box: bulwark });
  expect(open.layout.join('\n')).not.toContain('closed');
  expect(names(plan({ tier: 'bulwark', rooms: 1000, box: bulwark, federation: 'allowlist' }))).toEqual(
    names(open),
  );
});

it('says what main still does: all that no worker has taken over', () => {
  const main = (rooms: number) =>
    plan({ tier: 'bulwark', rooms, box: bulwark }).layout.find((text) => text.startsWith('main:'));
  expect(main(120)).toContain('thumbnails');
  expect(main(1000)).toBe('main: the rest, such as administration and logging out.');
});

it('gives main the caches of what it still does', () => {
  const ravelin120 = plan({ tier: 'ravelin', rooms: 120, box: ravelin });
  const bulwark1000 = plan({ tier: 'bulwark', rooms: 1000, box: bulwark });
  expect(line(ravelin120, 'Synapse: main')).toBeGreaterThan(2 * line(ravelin120, 'Synapse: sync-1'));
  expect(line(bulwark1000, 'Synapse: main')).toBeLessThan(line(bulwark1000, 'Synapse: sync-1'));
});

it('counts many users as work, and says so', () => {
  const { processes, layout } = plan({ tier: 'ravelin', rooms: 20, users: 1200, box: ravelin });
  expect(processes).toHaveLength(6);
  expect(layout[0]).toContain('1200 users are as much work as 120 rooms (guess)');
});

it('numbers several processes of one role, and explains them together', () => {
  const box = { vcpus: 64, memoryMib: 128_000, diskGib: 4000 };
  const { layout } = plan({ tier: 'custom', rooms: 20_000, box });
  expect(layout.filter((text) => text.startsWith('sync-1'))).toEqual([
    expect.stringMatching(
      /^sync-1 to sync-5: .*, shared between them\. From 60 rooms on, one more from 500, /,
    ),
  ]);
});
