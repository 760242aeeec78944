import type { Box } from './box.ts';

/** From this many rooms on one process is not the right layout. Source: the brief, Sizing ("Beyond ~1000 active rooms"). */
const MANY_ROOMS = 1000;
/** Rooms that 16 GB carry comfortably. Source: the brief, Sizing ("~100-room … comfortably" on a Ravelin). */
const RAVELIN_ROOMS = 100;
/** Below this (a VPS sold as 2 GB) Synapse runs, without ease. */
export const COMFORTABLE_MIB = 1800;

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

/** What a person should know about this plan. */
export function advice(box: Box, rooms: number): string[] {
  const notes: string[] = [];
  if (box.memoryMib < COMFORTABLE_MIB) {
    notes.push(
      `${Math.round(box.memoryMib)} MiB of RAM is the smallest plan that works: few caches, and joining a large room may still exhaust the machine. 2 GB are the least for comfort.`,
    );
  }
  const complexity = remoteRoomComplexity(box.memoryMib);
  if (complexity !== undefined) {
    notes.push(
      `Users cannot join rooms of other servers with more than ${complexity * 500} state events (about as many members): this machine's memory would not carry them. Administrators can.`,
    );
  }
  if (rooms > MANY_ROOMS) {
    notes.push(
      `${rooms} rooms are more than one Synapse process serves well; plan for workers and for Postgres on its own machine.`,
    );
  } else if (rooms > RAVELIN_ROOMS && box.memoryMib < 14_000) {
    notes.push(`${rooms} rooms ask for 16 GB of RAM; this machine will be slow when many of them are busy.`);
  }
  if (box.vcpus < 2) {
    notes.push('With one vCPU Synapse and Postgres wait for each other; two are noticeably better.');
  }
  return notes;
}
