import type { HostFacts } from '../plan/facts.ts';
import type { BackupRecord } from './record.ts';
import { timeOf } from './time.ts';

const DAY_MS = 24 * 3_600_000;

const PERIOD_MS = { daily: DAY_MS, weekly: 7 * DAY_MS } as const;

/** Periods after which the last good one is too old: one may be missed because the machine was off. */
const PERIODS = 2;

/**
 * Why backups are not in order, a clause each; none when they are. Without a timer age is nobody's promise. Pure.
 * @param now milliseconds since 1970, by the machine's clock
 */
export const backupTroubles = ({ last, failed, timer }: BackupRecord, now: number): readonly string[] => {
  const age = last === undefined ? 0 : now - timeOf(last.made);
  const period = timer?.schedule === undefined ? Number.POSITIVE_INFINITY : PERIOD_MS[timer.schedule];
  return [
    ...(last === undefined ? ['there is no good one yet'] : []),
    ...(failed !== undefined && (last === undefined || failed.at >= last.made)
      ? [`the one of ${failed.at} failed: ${failed.why}`]
      : []),
    ...(timer !== undefined && !timer.running
      ? [`the timer is set and does not run${timer.state === '' ? '' : ` (${timer.state})`}`]
      : []),
    ...(age > PERIODS * period
      ? [
          `the last good one is ${Math.floor(age / DAY_MS)} days old, and there should be one ${timer?.schedule}`,
        ]
      : []),
  ];
};

/** The same where somebody relies on a timer; without one nothing is promised. */
export const scheduleTroubles = ({ backups, machine }: Pick<HostFacts, 'backups' | 'machine'>) =>
  backups.timer === undefined ? [] : backupTroubles(backups, machine.clock * 1000);

/** One line for a command that looks at a server. @param machine as the operator names it */
export const scheduleWarning = (
  host: Pick<HostFacts, 'backups' | 'machine'>,
  machine: string,
): string | undefined => {
  const troubles = scheduleTroubles(host);
  return troubles.length === 0
    ? undefined
    : `WARNING Backups are scheduled and not in order: ${troubles.join('; ')}. Look: matrix-bastion backup ${machine} --list`;
};
