import type { Box } from '../sizing/box.ts';
import type { HostFacts } from './facts.ts';

/** A difference up to this share is the kernel's or the file system's doing, not a larger or smaller box. */
const SAME_BOX = 0.05;

/** The box as the machine shows it now. */
const measuredBox = ({ machine, disks }: HostFacts): Box => ({
  vcpus: machine.vcpus,
  memoryMib: machine.memoryMib,
  diskGib: Math.floor((disks[0]?.sizeMib ?? 0) / 1024),
});

/** The box as it is recorded on the machine: `VCPUS MEMORY_MIB DISK_GIB`. */
export const boxText = ({ vcpus, memoryMib, diskGib }: Box): string => `${vcpus} ${memoryMib} ${diskGib}\n`;

/**
 * The box to plan for: the recorded one while the machine has not really changed, so that a kernel update that
 * keeps some MiB more for itself restarts nothing.
 */
export const steadyBox = (facts: HostFacts): Box => {
  const now = measuredBox(facts);
  const [vcpus = 0, memoryMib = 0, diskGib = 0] = facts.plannedBox.trim().split(' ').map(Number);
  const near = (one: number, other: number) => Math.abs(one - other) <= SAME_BOX * other;
  const same = vcpus === now.vcpus && near(now.memoryMib, memoryMib) && near(now.diskGib, diskGib);
  return same ? { vcpus, memoryMib, diskGib } : now;
};
