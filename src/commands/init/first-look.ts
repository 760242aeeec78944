import { type FirstLookInput, lookAtCaa, lookAtReach, lookFirst } from '../../outside/first-look.ts';
import type { Facts, FirstLook, OutsideFacts } from '../../plan/facts.ts';

/** The looks before anything is decided. A later run looks at what may have changed, and not at what takes seconds. */
export interface Looking {
  /** With what was seen from outside already, if it was. */
  all(seen?: Promise<OutsideFacts>): Promise<{ readonly outside: OutsideFacts; readonly first?: FirstLook }>;
  /** What the DNS may have changed since. */
  again(before: Facts): Promise<Facts>;
}

export const createLooking = (
  isFirst: boolean,
  input: FirstLookInput,
  lookOutside: () => Promise<OutsideFacts>,
): Looking => ({
  async all(seen) {
    const [outside, first] = await Promise.all([
      seen ?? lookOutside(),
      isFirst ? lookFirst(input) : undefined,
    ]);
    return { outside, ...(first === undefined ? {} : { first }) };
  },
  async again(before) {
    const now = { ...before, outside: await lookOutside() };
    if (before.first === undefined) return now;
    const moved = JSON.stringify(now.outside.names) !== JSON.stringify(before.outside.names);
    const [caa, reached] = await Promise.all([lookAtCaa(input), moved ? lookAtReach(input) : undefined]);
    return { ...now, first: { ...before.first, caa, ...reached } };
  },
});
