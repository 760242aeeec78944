import { setTimeout as sleep } from 'node:timers/promises';
import type { Ui } from '../../ui/ui.ts';

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
  const end = Date.now() + limit;
  let said: string | undefined;
  for (;;) {
    const wrong = await look();
    const pause = Math.min(pauseMs, end - Date.now());
    if (wrong.length === 0 || pause <= 0) return wrong;
    if (wrong[0] !== said) ui.note(`Waiting: ${wrong[0]}`);
    said = wrong[0];
    await sleep(pause, undefined, { signal });
  }
}
