import { setTimeout as sleep } from 'node:timers/promises';

export interface LookingTimes {
  /** Milliseconds after which the last look counts, whatever it saw. */
  readonly limit: number;
  /** Milliseconds between two looks. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
}

/**
 * Looks until what is seen is as it ought to be or the time is over; returns the last look. Rejects with the signal's
 * reason when it is aborted while waiting.
 * @param beforePause gets what was seen when there will be another look
 */
export async function lookUntil<T>(
  look: () => Promise<T>,
  isDone: (seen: T) => boolean,
  beforePause: (seen: T) => void,
  { limit, pauseMs, signal }: LookingTimes,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const seen = await look();
    const pause = Math.min(pauseMs, end - Date.now());
    if (isDone(seen) || pause <= 0) return seen;
    beforePause(seen);
    await sleep(pause, undefined, { signal });
  }
}
