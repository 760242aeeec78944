import { createHash } from 'node:crypto';
import { ROOT } from '../render/layout.ts';
import type { ScheduleFacts } from './seen.ts';

export const SCHEDULES = ['daily', 'weekly', 'never'] as const;
export type Schedule = (typeof SCHEDULES)[number];

/** A file of the timer: root's, with these permission bits. */
export interface ScheduleFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** Never `never`: what is then wanted is nothing. */
export type Repeated = Exclude<Schedule, 'never'>;

const UNIT = 'matrix-bastion-backup';
export const TIMER_UNIT = `${UNIT}.timer`;
export const SERVICE_UNIT = `${UNIT}.service`;

const PATHS = {
  script: `${ROOT}/backup/run.sh`,
  service: `/etc/systemd/system/${SERVICE_UNIT}`,
  timer: `/etc/systemd/system/${TIMER_UNIT}`,
} as const;

/** Every file that a timer has, whatever its settings. */
export const SCHEDULE_PATHS: readonly string[] = Object.values(PATHS);

/** In the machine's own time zone; systemd.time(7). */
const CALENDAR: Readonly<Record<Repeated, string>> = {
  daily: '*-*-* 03:00:00',
  weekly: 'Sun *-*-* 03:00:00',
};

/** The timer, what it starts, and the script: the very one of a backup by hand. Pure. */
export const scheduleFiles = (schedule: Repeated, script: string): readonly ScheduleFile[] => [
  { path: PATHS.script, content: script, mode: 0o700 },
  {
    path: PATHS.service,
    mode: 0o644,
    content: `# Written by matrix-bastion; matrix-bastion backup --schedule writes it again, --schedule never removes it.
[Unit]
Description=Backup of the Matrix homeserver
After=docker.service network-online.target
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=/bin/sh ${PATHS.script}
# The server goes first.
Nice=10
IOSchedulingClass=idle
`,
  },
  {
    path: PATHS.timer,
    mode: 0o644,
    content: `# Written by matrix-bastion; matrix-bastion backup --schedule writes it again, --schedule never removes it.
[Unit]
Description=Backups of the Matrix homeserver, ${schedule}

[Timer]
OnCalendar=${CALENDAR[schedule]}
RandomizedDelaySec=1h
# One that was missed because the machine was off is made when it is on again.
Persistent=true

[Install]
WantedBy=timers.target
`,
  },
];

/** What has to be done for the timer to be as wanted; nothing of it when it is. */
export interface ScheduleChanges {
  readonly write: readonly ScheduleFile[];
  readonly enable: boolean;
  readonly remove: readonly string[];
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** @param wanted undefined for no timer at all. Pure. */
export const scheduleChanges = (
  wanted: readonly ScheduleFile[] | undefined,
  seen: ScheduleFacts,
): ScheduleChanges => {
  if (wanted === undefined) return { write: [], enable: false, remove: Object.keys(seen.files) };
  const write = wanted.filter(({ path, content, mode }) => {
    const found = seen.files[path];
    return found?.sha256 !== sha256(content) || found.mode !== mode;
  });
  return { write, enable: write.length > 0 || !seen.running, remove: [] };
};

export const isScheduleDone = ({ write, enable, remove }: ScheduleChanges): boolean =>
  write.length === 0 && !enable && remove.length === 0;
