import type { FederationCheck } from '../../federation/check.ts';
import type { Ui } from '../../ui/ui.ts';
import { lookUntil } from '../look-until.ts';
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
  let said: string | undefined;
  const lookAndTell = async (): Promise<FederationCheck> => {
    const check = await look();
    const line = summaryLine(check);
    if (line !== said) ui.note(`${new Date().toISOString().slice(11, 19)}Z ${line}`);
    said = line;
    return check;
  };
  const isGreen = ({ verdict }: FederationCheck): boolean => verdict.verdict === 'green';
  return lookUntil(lookAndTell, isGreen, () => {}, { limit, pauseMs, signal });
}
