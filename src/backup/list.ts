import { fileText } from './destination.ts';
import { isBackupOf } from './names.ts';
import { backupTroubles } from './order.ts';
import type { BackupRecord } from './record.ts';
import type { BackupFacts } from './seen.ts';
import { sizeText } from './size.ts';
import { timeOf } from './time.ts';

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

/** What is known of a server's backups, as rows for people. Pure. */
export const listRows = (
  serverName: string,
  record: BackupRecord,
  facts: BackupFacts,
  place: string,
  now: number,
): { readonly name: string; readonly value: string }[] => {
  const { last, failed } = record;
  const { schedule } = facts;
  const troubles = backupTroubles(record, now);
  const kept = facts.found.filter(({ name }) => isBackupOf(serverName, name));
  return [
    { name: 'In order', value: troubles.length === 0 ? 'yes' : `no: ${troubles.join('; ')}` },
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
