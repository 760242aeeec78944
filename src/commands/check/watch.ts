import { setTimeout as sleep } from 'node:timers/promises';
import type { FederationCheck } from '../../federation/check.ts';
import type { Ui } from '../../ui/ui.ts';
import { summaryLine } from './summary.ts';

/** Milliseconds between two looks: DNS changes come in minutes, and nobody is to be flooded. */
const PAUSE_MS = 15_000;

/**
 * Looks again and again until it is green or `limit` milliseconds are over; says only what changed. Returns the
 * last look. Rejects with the signal's reason when it is aborted.
 */
export async function untilGreen(
  look: () => Promise<FederationCheck>,
  limit: number,
  ui: Pick<Ui, 'note'>,
  signal: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<FederationCheck> {
  const end = Date.now() + limit;
  let said: string | undefined;
  for (;;) {
    const check = await look();
    const line = summaryLine(check);
    if (line !== said) ui.note(`${new Date().toISOString().slice(11, 19)}Z ${line}`);
    said = line;
    const pause = Math.min(pauseMs, end - Date.now());
    if (check.verdict.verdict === 'green' || pause <= 0) return check;
    await sleep(pause, undefined, { signal });
  }
}
