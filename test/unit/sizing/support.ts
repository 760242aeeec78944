import fc from 'fast-check';
import { FEDERATION_MODES, TIERS } from '../../../src/answers/answers.ts';
import type { Budget } from '../../../src/sizing/budget.ts';
import { budgetFor, type SizingInput } from '../../../src/sizing/budget-for.ts';
import { FLOOR_MIB } from '../../../src/sizing/floor.ts';
import { LADDER } from '../../../src/sizing/ladder.ts';

/** Anything in the range, and often a number at or just below a threshold of the ladder, where plans change. */
const around = (thresholds: readonly number[], min: number, max: number) =>
  fc.oneof(
    fc.integer({ min, max }),
    fc
      .tuple(fc.constantFrom(...thresholds), fc.integer({ min: -1, max: 1 }))
      .map(([threshold, by]) => Math.min(max, Math.max(min, threshold + by))),
  );

const of = (key: 'rooms' | 'vcpus' | 'mib') => LADDER.map((rung) => rung[key]);

export const rooms = around(of('rooms'), 0, 1_000_000);

export const boxes = fc.record({
  vcpus: around(of('vcpus'), 1, 128),
  // A VPS sold as 1 GB shows some 950 MiB.
  memoryMib: around(of('mib'), FLOOR_MIB, 512 * 1024),
  diskGib: fc.integer({ min: 5, max: 20_000 }),
});

export type Input = SizingInput & { readonly box: NonNullable<SizingInput['box']> };

export const inputs: fc.Arbitrary<Input> = fc.record(
  {
    tier: fc.constantFrom(...TIERS),
    rooms,
    box: boxes,
    users: fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 5000 })),
    largestRoom: fc.integer({ min: 1, max: 1_000_000 }),
    federation: fc.constantFrom(...FEDERATION_MODES),
    database: fc.constantFrom('here' as const, 'elsewhere' as const),
  },
  { requiredKeys: ['tier', 'rooms', 'box'] },
);

export function plan(input: SizingInput): Budget {
  const sizing = budgetFor(input);
  if (!sizing.ok) throw new Error(sizing.what);
  return sizing.budget;
}

export const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** MiB of a line; 0 when there is none. */
export const line = ({ lines }: Budget, name: string): number =>
  lines.find(({ what }) => what === name)?.mib ?? 0;

export const names = ({ processes }: Budget): string[] => processes.map(({ name }) => name);
