import { fileText } from './destination.ts';
import { isBackupOf } from './names.ts';
import type { BackupFacts } from './seen.ts';
import { sizeText } from './size.ts';

/** `2026-01-31T120000Z`, as in a backup's name, as milliseconds since 1970; NaN for anything else. */
const timeOf = (made: string): number => Date.parse(made.replace(/^(.{13})(\d\d)(\d\d)Z$/, '$1:$2:$3Z'));

/** `3 hours ago`. @param now milliseconds since 1970, by the machine's clock. */
const ago = (made: string, now: number): string => {
  const hours = Math.floor((now - timeOf(made)) / 3_600_000);
  if (Number.isNaN(hours)) return made;
  const text =
    hours < 1
      ? 'less than an hour ago'
      : hours < 48
        ? `${hours} h ago`
        : `${Math.floor(hours / 24)} days ago`;
  return `${made}, ${text}`;
};

/** Whether the last try gave a good one. */
export const isInOrder = ({ last, failed }: BackupFacts): boolean =>
  last !== undefined && (failed === undefined || failed.at < last.made);

/** What is known of a server's backups, as rows for people. Pure. */
export const listRows = (
  serverName: string,
  facts: BackupFacts,
  place: string,
  now: number,
): { readonly name: string; readonly value: string }[] => {
  const { last, failed, schedule } = facts;
  const kept = facts.found.filter(({ name }) => isBackupOf(serverName, name));
  return [
    {
      name: 'Last good one',
      value:
        last === undefined
          ? 'none'
          : `${ago(last.made, now)}: ${last.remote === '' ? last.file : fileText(last, '')}, ${sizeText(last.bytes)}, ${last.rows} rows`,
    },
    ...(failed === undefined ? [] : [{ name: 'Failed', value: `${ago(failed.at, now)}: ${failed.why}` }]),
    {
      name: 'Timer',
      value: schedule.running
        ? `next ${schedule.next || 'unknown'}`
        : Object.keys(schedule.files).length > 0
          ? 'set, but it does not run'
          : 'none',
    },
    {
      name: 'Kept',
      value: [
        place,
        ...(facts.unreached === undefined ? [] : [facts.unreached]),
        ...kept.map(({ name, bytes }) => `${name} ${sizeText(bytes)}`).sort(),
      ].join('\n'),
    },
  ];
};
