import fc from 'fast-check';
import { expect, it } from 'vitest';
import { postgresSettings } from '../../../src/sizing/postgres.ts';

it('has no setting that falls when its share grows', () => {
  const share = fc.record({
    mib: fc.integer({ min: 190, max: 40_000 }),
    pools: fc.integer({ min: 5, max: 260 }),
    vcpus: fc.integer({ min: 1, max: 128 }),
    diskGib: fc.integer({ min: 0, max: 500 }),
  });
  fc.assert(
    fc.property(share, fc.oneof(fc.nat(3), fc.nat(500)), (less, more) => {
      const high: Record<string, number> = { ...postgresSettings({ ...less, mib: less.mib + more }) };
      const low = Object.entries(postgresSettings(less));
      expect(low.filter(([name, value]) => !((high[name] ?? -1) >= value))).toEqual([]);
    }),
    { numRuns: 5000 },
  );
});

it.each([
  [1, 0, 1],
  [2, 1, 2],
  [3, 2, 3],
  [4, 2, 4],
  [6, 3, 6],
  [8, 4, 8],
  [16, 4, 16],
])('with %i vCPU %i workers per query of %i in all', (vcpus, parallelPerQuery, parallelWorkers) => {
  expect(postgresSettings({ mib: 4096, pools: 10, vcpus, diskGib: 100 })).toMatchObject({
    parallelPerQuery,
    parallelWorkers,
  });
});

it("is pgtune's for its share", () => {
  // 8 GiB, 10 + 20 connections and 8 workers: (8192 - 2048) / (38 * 3) = 53.
  expect(postgresSettings({ mib: 8192, pools: 10, vcpus: 8, diskGib: 100 })).toEqual({
    sharedBuffers: 2048,
    effectiveCacheSize: 6144,
    workMem: 53,
    maintenanceWorkMem: 512,
    maxConnections: 30,
    minWal: 1024,
    maxWal: 4096,
    shm: 2048,
    parallelPerQuery: 4,
    parallelWorkers: 8,
  });
});

it('holds the hash tables of all parallel workers, where they are larger than the shared buffers', () => {
  const { shm, workMem, sharedBuffers } = postgresSettings({ mib: 4096, pools: 10, vcpus: 32, diskGib: 100 });
  expect(sharedBuffers).toBe(1024);
  expect(workMem).toBe(16);
  expect(shm).toBe(2 * 16 * 2 * 32);
});
