import { type Box, COMFORTABLE_MIB } from './box.ts';
import { FIRST_RUNG, type Rung } from './ladder.ts';
import { busyProcesses } from './layout.ts';
import type { Load } from './load.ts';
import { type DatabasePlace, joinBurst, postgresDemand, type Shares } from './shares.ts';

/** Rooms that 16 GB carry comfortably. Source: the brief, Sizing ("~100-room … comfortably" on a Ravelin). */
const RAVELIN_ROOMS = 100;

/**
 * `limit_remote_rooms.complexity` by RAM: a room's current state events / 500 (Synapse's manual). Synapse's own
 * default when it is on is 1. The steps are guesses; from 16 GB on there is no limit. Grows with the box.
 */
export function remoteRoomComplexity(memoryMib: number): number | undefined {
  if (memoryMib < COMFORTABLE_MIB) return 3;
  if (memoryMib < 4500) return 10;
  if (memoryMib < 9000) return 50;
  return undefined;
}

/** Presence costs a federated box traffic for each user that comes and goes: off on small ones (guess: below 4 GB). */
export const presenceFits = (memoryMib: number): boolean => memoryMib >= 3600;

interface Planned {
  readonly box: Box;
  readonly load: Load;
  /** What the rooms ask for, whatever the box. */
  readonly asked: readonly Rung[];
  readonly shares: Shares;
  readonly database: DatabasePlace;
  /** `limit_remote_rooms` as planned. */
  readonly complexity: number | undefined;
}

/** What a person should know about this plan. */
export function advice({ box, load, asked, shares, database, complexity }: Planned): string[] {
  const notes: string[] = [];
  if (box.memoryMib < COMFORTABLE_MIB) {
    notes.push(
      `${Math.round(box.memoryMib)} MiB of RAM is the smallest plan that works: few caches, and joining a large room may still exhaust the machine. 2 GB are the least for comfort.`,
    );
  }
  if (complexity !== undefined) {
    notes.push(
      `Users cannot join rooms of other servers with more than ${complexity * 500} state events (about as many members): this machine's memory would not carry them. Administrators can.`,
    );
  }
  if (load.work > RAVELIN_ROOMS && box.memoryMib < FIRST_RUNG.mib) {
    notes.push(
      `${roomsOf(load)} ask for 16 GB of RAM; this machine will be slow when many of them are busy.`,
    );
  }
  if (box.vcpus < 2 && database === 'here') {
    notes.push('With one vCPU Synapse and Postgres wait for each other; two are noticeably better.');
  }
  return [
    ...notes,
    ...largestRoomNotes(load, shares.reserve, complexity),
    ...(database === 'here' ? ownDatabaseNotes(load, asked, box, shares.postgresCeiling) : []),
  ];
}

const roomsOf = ({ rooms, users, work }: Load): string =>
  work > rooms ? `${users} users (as much work as ${work} rooms: guess)` : `${rooms} rooms`;

/** A room that the reserve does not carry, or that users may not join at all. */
function largestRoomNotes({ largestRoom }: Load, reserve: number, complexity: number | undefined): string[] {
  if (largestRoom === 0) return [];
  if (complexity !== undefined && largestRoom > complexity * 500) {
    return [
      `The largest room, with ${largestRoom} members, is beyond what users may join here: that takes a larger machine.`,
    ];
  }
  const burst = Math.ceil(joinBurst(largestRoom));
  if (burst <= reserve) return [];
  return [
    `Joining a room of ${largestRoom} members takes some ${burst} MiB for a short while (guess); the reserve is ${reserve} MiB. The kernel may kill Synapse during the join: take a larger machine, or do not join such rooms.`,
  ];
}

/**
 * Whether Postgres should have a machine of its own: beyond the rooms of a Ravelin (before that a larger box is the
 * simpler way), when the rooms ask for a larger share than this box can ever give it, or for more busy processes
 * than there are vCPUs, so that it would have to fight for them. More rooms never silence it, a larger box never
 * causes it.
 */
function ownDatabaseNotes(load: Load, asked: readonly Rung[], box: Box, ceiling: number): string[] {
  if (load.work <= RAVELIN_ROOMS) return [];
  const demand = postgresDemand(load);
  const busy = busyProcesses(asked);
  const reasons = [
    ...(demand > ceiling
      ? [`they ask for some ${demand} MiB for it (guess), and this machine can give ${Math.floor(ceiling)}`]
      : []),
    ...(busy > box.vcpus
      ? [`they keep ${busy} processes of Synapse busy (guess), and ${box.vcpus} vCPU leave none for it`]
      : []),
  ];
  if (reasons.length === 0) return [];
  return [
    `Postgres should move to its own VPS (--db-host user@host) for ${roomsOf(load)}: ${reasons.join('; ')}.`,
  ];
}
