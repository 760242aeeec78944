import type { Tier } from '../answers/answers.ts';

/** A machine's size. */
export interface Box {
  readonly vcpus: number;
  /** MiB of RAM as the kernel counts it (MemTotal), which is some percent below what is sold. */
  readonly memoryMib: number;
  /** GiB of the file system that holds the data. */
  readonly diskGib: number;
}

/** Below this (a VPS sold as 2 GB) Synapse runs, without ease. */
export const COMFORTABLE_MIB = 1800;

interface TierBox extends Box {
  /** Where the figures come from: the offer itself, or our assumption when the offer names none. */
  readonly source: 'offer' | 'assumption';
  readonly label: string;
}

/**
 * The tiers' sizes. Garrison and Ravelin as the brief's sizing section offers them; it gives no figures for
 * Sentinel and Bulwark, and `custom` has none by nature: these are assumptions for a plan without a host.
 */
const TIER_BOXES: Readonly<Record<Tier, TierBox>> = {
  sentinel: { vcpus: 1, memoryMib: 2048, diskGib: 40, source: 'assumption', label: 'Sentinel' },
  garrison: { vcpus: 4, memoryMib: 8192, diskGib: 240, source: 'offer', label: 'Garrison' },
  ravelin: { vcpus: 8, memoryMib: 16384, diskGib: 480, source: 'offer', label: 'Ravelin' },
  bulwark: { vcpus: 16, memoryMib: 32768, diskGib: 960, source: 'assumption', label: 'Bulwark' },
  custom: { vcpus: 2, memoryMib: 4096, diskGib: 80, source: 'assumption', label: 'Custom' },
};

/** The size that a tier's name stands for, where there is no machine to look at. */
export const assumedBox = (tier: Tier): Box => {
  const { vcpus, memoryMib, diskGib } = TIER_BOXES[tier];
  return { vcpus, memoryMib, diskGib };
};

/** The kernel and the hypervisor keep some percent of what is sold; below this share the box is another one. */
const SOLD_TO_SEEN = 0.9;
/** Above this share the box is larger than the tier's name says. */
const CLEARLY_LARGER = 1.25;

const size = (box: Box): string =>
  `${box.vcpus} vCPU, ${gib(box.memoryMib)} GiB RAM, ${Math.round(box.diskGib)} GB disk`;

const gib = (mib: number): string => (Math.round((mib / 1024) * 10) / 10).toString();

/** The box to plan for, and what has to be said about it. Facts beat the tier's name. Pure. */
export function boxFor(tier: Tier, found: Box | undefined): { box: Box; notes: string[] } {
  const tierBox = TIER_BOXES[tier];
  if (found === undefined) {
    return {
      box: tierBox,
      notes:
        tierBox.source === 'offer'
          ? []
          : [
              `${tierBox.label} has no fixed size: without a machine to look at, this assumes ${size(tierBox)}.`,
            ],
    };
  }
  const expected = contradiction(tier, found);
  if (expected === undefined) return { box: found, notes: [] };
  return {
    box: found,
    notes: [
      `This machine is not a ${tierBox.label} (${expected}): it has ${size(found)}. The plan is for the machine as it is.`,
    ],
  };
}

/**
 * What the tier's name says that this machine is not; undefined where it fits. Two tiers have no size in the brief
 * but a place beside one that has: Sentinel is below Garrison, Bulwark above Ravelin.
 */
function contradiction(tier: Tier, found: Box): string | undefined {
  const { garrison, ravelin } = TIER_BOXES;
  if (tier === 'custom') return undefined;
  if (tier === 'sentinel') return clearlyLarger(found, garrison) ? 'smaller than a Garrison' : undefined;
  if (tier === 'bulwark') {
    return found.memoryMib <= ravelin.memoryMib ? `more than a Ravelin, ${size(ravelin)}` : undefined;
  }
  const tierBox = TIER_BOXES[tier];
  const smaller = found.memoryMib / tierBox.memoryMib < SOLD_TO_SEEN || found.vcpus < tierBox.vcpus;
  return smaller || clearlyLarger(found, tierBox) ? size(tierBox) : undefined;
}

const clearlyLarger = (found: Box, tierBox: Box): boolean =>
  found.memoryMib / tierBox.memoryMib > CLEARLY_LARGER || found.vcpus > tierBox.vcpus;
