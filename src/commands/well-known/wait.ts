import type { Ui } from '../../ui/ui.ts';
import { lookUntil } from '../look-until.ts';

/** Milliseconds between two looks. */
const PAUSE_MS = 5000;

/** Looks until nothing is wrong or `limit` milliseconds are over; says what is waited for when it changes. */
export async function untilPublished(
  look: () => Promise<readonly string[]>,
  limit: number,
  ui: Pick<Ui, 'note'>,
  signal: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<readonly string[]> {
  let said: string | undefined;
  const tell = ([first]: readonly string[]): void => {
    if (first !== said) ui.note(`Waiting: ${first}`);
    said = first;
  };
  return lookUntil(look, (wrong) => wrong.length === 0, tell, { limit, pauseMs, signal });
}
