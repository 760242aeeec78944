import { type LastBackup, parsed } from './seen.ts';
import { timeOf } from './time.ts';

/** The timer of a machine on which one was set. */
export interface TimerRecord {
  /** Waits now, and is enabled at boot. */
  readonly running: boolean;
  /** In systemd's own words: `inactive, enabled`; empty when it says nothing. */
  readonly state: string;
  /** Absent where its calendar is one of somebody's own that is neither. */
  readonly schedule?: 'daily' | 'weekly';
}

/** What a machine knows of its backups without looking at where they go. */
export interface BackupRecord {
  readonly last?: LastBackup;
  /** The last try that failed: when it began, as in a backup's name. */
  readonly failed?: { readonly at: string; readonly why: string };
  /** Absent where none was ever set. */
  readonly timer?: TimerRecord;
}

/** systemd.time(7), in the form that systemd brings every calendar into. A time of somebody's own is as good as ours. */
const SHAPES = [
  ['daily', /^\*-\*-\* \d\d:\d\d:\d\d( \S+)?$/],
  ['weekly', /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \*-\*-\* \d\d:\d\d:\d\d( \S+)?$/],
] as const;

/** `Fri 2026-01-30 03:00:00 UTC` as in a backup's name; undefined for anything else. */
const stamp = (text = ''): string | undefined => {
  const [, day, hours, minutes, seconds] = /(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d) UTC$/.exec(text) ?? [];
  return day === undefined ? undefined : `${day}T${hours}${minutes}${seconds}Z`;
};

/** Understands what the fact's script prints: `last JSON`, `failed JSON`, `set`, `timer KEY=VALUE`, `service KEY=VALUE`. */
export const parseBackupRecord = (output: string): BackupRecord => {
  const lines = output.split('\n');
  const all = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const of = (unit: string, property: string): string[] =>
    all(unit)
      .filter((line) => line.startsWith(`${property}=`))
      .map((line) => line.slice(property.length + 1));
  const last = parsed<LastBackup>(all('last')[0]);
  const noted = parsed<NonNullable<BackupRecord['failed']>>(all('failed')[0]);
  const [active = ''] = of('timer', 'ActiveState');
  const [enabled = ''] = of('timer', 'UnitFileState');
  const calendars = of('timer', 'TimersCalendar').map((text) => /OnCalendar=(.*?) ;/.exec(text)?.[1] ?? '');
  const [calendar = ''] = calendars.length === 1 ? calendars : [];
  const schedule = SHAPES.find(([, shape]) => shape.test(calendar))?.[0];
  const ended = {
    active: of('service', 'ActiveState')[0],
    result: of('service', 'Result')[0],
    at: stamp(of('service', 'ExecMainStartTimestamp')[0]),
  };
  const failed = failureOf(ended, last, noted);
  return {
    ...(last && { last }),
    ...(failed && { failed }),
    ...(lines.includes('set') && {
      timer: {
        running: active === 'active' && enabled === 'enabled',
        state: [active, enabled].filter((word) => word !== '').join(', '),
        ...(schedule && { schedule }),
      },
    }),
  };
};

/** How the timer's service last ended. */
interface Ended {
  readonly active: string | undefined;
  readonly result: string | undefined;
  /** When it began. */
  readonly at: string | undefined;
}

/** A try that was killed writes nothing down; systemd saw how it ended. One that wrote down why knows better. */
const failureOf = (
  { active, result, at }: Ended,
  last: BackupRecord['last'],
  noted: BackupRecord['failed'],
): BackupRecord['failed'] => {
  if (active !== 'failed' || at === undefined || (noted !== undefined && noted.at >= at)) return noted;
  // One that was sent away because another was being made takes nothing from that other one.
  const over = last === undefined ? Number.NaN : timeOf(last.made) + last.seconds * 1000;
  return timeOf(at) <= over
    ? noted
    : { at, why: `it ended before it could say why (systemd: ${result ?? active})` };
};
