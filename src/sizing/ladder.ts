import type { FederationMode } from '../answers/answers.ts';
import type { Box } from './box.ts';
import type { Role } from './budget.ts';

export type WorkerRole = Exclude<Role, 'main'>;

/** One worker more, and from where on. A rung counts only when all rungs before it do. */
export interface Rung {
  readonly role: WorkerRole;
  /** Rooms that ask for it. */
  readonly rooms: number;
  /** vCPUs and MiB of RAM, as the kernel counts them, that can carry it and everything before it. */
  readonly vcpus: number;
  readonly mib: number;
}

/**
 * Workers in the order in which load asks for them. No threshold falls along the list, so more rooms or a larger
 * box only ever add to the end. Sources: the brief, Sizing (100 rooms on a Ravelin, about 1000 on a Bulwark with
 * its own federation_sender, synchrotron and event_persister; Garrison needs none) and Synapse's manual,
 * docs/workers.md, for what each does. The rooms between and beyond the brief's figures are guesses, and so are
 * the boxes: a VPS sold as 16 GB shows some 15,600 MiB, one sold as 32 GB some 31,500.
 */
export const LADDER: readonly Rung[] = [
  { role: 'federation_sender', rooms: 40, vcpus: 6, mib: 14_000 },
  { role: 'sync', rooms: 60, vcpus: 6, mib: 14_000 },
  { role: 'event_persister', rooms: 80, vcpus: 6, mib: 14_000 },
  { role: 'client_reader', rooms: 100, vcpus: 6, mib: 14_000 },
  { role: 'federation_reader', rooms: 120, vcpus: 6, mib: 14_000 },
  { role: 'media', rooms: 250, vcpus: 8, mib: 14_000 },
  { role: 'background', rooms: 300, vcpus: 8, mib: 14_000 },
  { role: 'stream_writer', rooms: 400, vcpus: 8, mib: 14_000 },
  { role: 'sync', rooms: 500, vcpus: 12, mib: 22_000 },
  { role: 'federation_inbound', rooms: 700, vcpus: 12, mib: 22_000 },
  { role: 'event_creator', rooms: 1000, vcpus: 12, mib: 22_000 },
  { role: 'event_persister', rooms: 2000, vcpus: 16, mib: 28_000 },
  { role: 'federation_sender', rooms: 2500, vcpus: 16, mib: 28_000 },
  { role: 'sync', rooms: 3500, vcpus: 20, mib: 38_000 },
  { role: 'event_creator', rooms: 5000, vcpus: 24, mib: 44_000 },
  { role: 'client_reader', rooms: 6000, vcpus: 24, mib: 44_000 },
  { role: 'federation_reader', rooms: 7000, vcpus: 28, mib: 54_000 },
  { role: 'federation_inbound', rooms: 8000, vcpus: 28, mib: 54_000 },
  { role: 'sync', rooms: 10_000, vcpus: 32, mib: 60_000 },
  { role: 'event_persister', rooms: 12_000, vcpus: 36, mib: 70_000 },
  { role: 'federation_sender', rooms: 15_000, vcpus: 40, mib: 78_000 },
  { role: 'sync', rooms: 20_000, vcpus: 48, mib: 92_000 },
  { role: 'client_reader', rooms: 25_000, vcpus: 56, mib: 108_000 },
  { role: 'sync', rooms: 30_000, vcpus: 64, mib: 120_000 },
  { role: 'event_persister', rooms: 40_000, vcpus: 80, mib: 150_000 },
  { role: 'federation_sender', rooms: 50_000, vcpus: 96, mib: 180_000 },
  { role: 'event_creator', rooms: 60_000, vcpus: 96, mib: 180_000 },
  { role: 'sync', rooms: 80_000, vcpus: 112, mib: 210_000 },
  { role: 'sync', rooms: 100_000, vcpus: 128, mib: 240_000 },
];

/** Roles that have nothing to do where no other server is talked to. */
const FEDERATION_ROLES: readonly Role[] = ['federation_sender', 'federation_reader', 'federation_inbound'];

/** Whether there is work for a role at all. */
export const hasWork = (role: Role, federation: FederationMode): boolean =>
  federation !== 'closed' || !FEDERATION_ROLES.includes(role);

/** The first rung: a box below it gets no workers. */
export const FIRST_RUNG = { vcpus: 6, mib: 14_000 } as const;

const prefix = (rungs: readonly Rung[], holds: (rung: Rung) => boolean): Rung[] => {
  const end = rungs.findIndex((rung) => !holds(rung));
  return rungs.slice(0, end < 0 ? rungs.length : end);
};

/** The rungs that the rooms ask for, whatever the box. */
export const rungsAskedFor = (rooms: number, federation: FederationMode): Rung[] =>
  prefix(LADDER, (rung) => rooms >= rung.rooms).filter(({ role }) => hasWork(role, federation));

/** Those of them that the box carries; a prefix. */
export const rungsCarried = (
  asked: readonly Rung[],
  { vcpus, memoryMib }: Pick<Box, 'vcpus' | 'memoryMib'>,
): Rung[] => prefix(asked, (rung) => vcpus >= rung.vcpus && memoryMib >= rung.mib);
