import type { Tier } from '../../answers/answers.ts';
import type { PlanOptions } from '../../cli/options.ts';
import { assumedBox, type Box, boxFor } from '../../sizing/box.ts';
import { gb } from './units.ts';

export interface PlannedBox {
  /** What the flags say; undefined when they say nothing and the tier's own size counts. */
  readonly found?: Box;
  readonly box: Box;
  /** One line: what the box is and where that comes from. */
  readonly words: string;
  /** What is assumed, or where tier and flags disagree. The budget has these sentences among its notes too. */
  readonly notes: readonly string[];
}

type BoxFlags = Pick<PlanOptions, 'memoryMiB' | 'vcpus' | 'diskGiB'>;

const FLAGS = [
  ['memoryMiB', '--memory'],
  ['vcpus', '--vcpus'],
  ['diskGiB', '--disk'],
] as const;

const name = (tier: Tier): string => tier.charAt(0).toUpperCase() + tier.slice(1);

/** The box of the flags; what they do not say is as the tier has it. */
export function plannedBox(tier: Tier, flags: BoxFlags): PlannedBox {
  const given = FLAGS.filter(([key]) => flags[key] !== undefined).map(([, flag]) => flag);
  const assumed = assumedBox(tier);
  const found: Box | undefined =
    given.length === 0
      ? undefined
      : {
          vcpus: flags.vcpus ?? assumed.vcpus,
          memoryMib: flags.memoryMiB ?? assumed.memoryMib,
          diskGib: flags.diskGiB ?? assumed.diskGib,
        };
  const { box, notes } = boxFor(tier, found);
  const size = `${box.vcpus} vCPU, ${gb(box.memoryMib)} GB of RAM, ${Math.round(box.diskGib)} GB of disk`;
  return {
    ...(found && { found }),
    box,
    words: `The box: ${size} (${origin(tier, given)}).`,
    notes,
  };
}

const origin = (tier: Tier, given: readonly string[]): string => {
  if (given.length === 0) return `the tier ${name(tier)}`;
  const rest = given.length === FLAGS.length ? '' : `, the rest as the tier ${name(tier)} has it`;
  return `from ${given.join(', ')}${rest}`;
};
