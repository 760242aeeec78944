import { fileText } from '../backup/destination.ts';
import type { LastBackup } from '../backup/seen.ts';
import { sizeText } from '../backup/size.ts';
import { printable } from '../federation/printable.ts';
import { count } from '../text/count.ts';
import type { Forecast } from './forecast.ts';
import type { DiskSeen } from './seen.ts';

/** What takes space, how much, and the command that frees some of it. */
export interface DiskLine {
  readonly what: string;
  readonly bytes: number;
  /** For a shell: of this program, or `on the machine`. Absent where nothing is to be freed. */
  readonly frees?: string;
  readonly note?: string;
}

const MEDIA: Readonly<Record<string, string>> = {
  local_content: 'Media of your users',
  local_thumbnails: 'Thumbnails of them',
  remote_content: 'Media of other servers, kept here',
  remote_thumbnail: 'Thumbnails of them',
  url_cache: 'Previews of links',
};

const mediaLine = (name: string, bytes: number, machine: string): DiskLine => {
  const what = MEDIA[name] ?? name;
  if (/^remote/.test(name))
    return {
      what,
      bytes,
      frees: `matrix-bastion disk ${machine} --purge-remote-media-older 14d`,
      note: 'fetched again when somebody looks at them; after 30 days they go by themselves',
    };
  return name === 'local_content'
    ? { what, bytes, note: 'nobody else has them: not for this program to delete' }
    : { what, bytes };
};

const ELSEWHERE = 'Database (on another machine)';

/** Each thing with what frees it, the largest first. Pure. @param machine as it is named to this program */
export const diskLines = (seen: DiskSeen, machine: string): readonly DiskLine[] => {
  const { database, cluster, backups, images, journal, packages, logs, media } = seen;
  const lines: DiskLine[] = [
    ...(database === undefined
      ? []
      : [
          {
            what: cluster === undefined ? ELSEWHERE : 'Database',
            bytes: database.bytes,
            note: 'room that is freed in it is used again, but not given back to the disk',
          },
        ]),
    ...(cluster === undefined || database === undefined || cluster <= database.bytes
      ? []
      : [{ what: "Postgres's log of changes, and older databases", bytes: cluster - database.bytes }]),
    ...media.map(({ name, bytes }) => mediaLine(name, bytes, machine)),
    ...backups.map(({ name, bytes }) => ({
      what: `Backups in ${name}`,
      bytes,
      ...(/-upgrade$/.test(name)
        ? { note: 'made before upgrades; remove old ones by hand when the new version has proved itself' }
        : { frees: `matrix-bastion backup ${machine} --keep 3`, note: 'makes a new one first' }),
    })),
    ...images.map(({ name, bytes, id }) => ({
      what: `Image that nothing uses: ${printable(name, 100)}`,
      bytes,
      frees: `on the machine: docker image rm ${id.slice(0, 19)}`,
      note: 'init --rollback would pull it again',
    })),
    ...(journal === undefined
      ? []
      : [
          {
            what: 'Journal of systemd',
            bytes: journal,
            frees: 'on the machine: journalctl --vacuum-size=200M',
          },
        ]),
    ...(packages === undefined
      ? []
      : [{ what: 'Packages that were downloaded', bytes: packages, frees: 'on the machine: apt-get clean' }]),
    { what: 'Logs of the containers', bytes: logs, note: 'at most 100 MB each, the oldest lines go' },
  ];
  const here = lines.filter(({ what }) => what !== ELSEWHERE).reduce((sum, { bytes }) => sum + bytes, 0);
  const rest = { what: 'The system, images in use, and all else on this disk', bytes: seen.used - here };
  return [...lines, rest].filter(({ bytes }) => bytes > 0).sort((one, other) => other.bytes - one.bytes);
};

/** What the largest tables hold. Source: Synapse's schema (synapse/storage/schema). */
const TABLES: Readonly<Record<string, string>> = {
  state_groups_state: 'what rooms looked like at each point: large rooms of other servers fill it',
  event_json: 'every message and change, as it was sent',
  events: 'an index of them',
  event_auth: 'which change allowed which',
  event_edges: 'which event came after which',
  event_search: 'words of messages, to be searched for',
  current_state_events: 'what rooms look like now',
  room_memberships: 'who came and went',
  device_lists_stream: 'news of devices',
  device_lists_changes_in_room: 'news of devices, by room',
  device_lists_outbound_pokes: 'news of devices for other servers',
  receipts_linearized: 'who has read how far',
  received_transactions: 'what other servers sent of late',
  e2e_room_keys: "people's backups of their keys",
  presence_stream: 'who was online',
};

export const tableText = (name: string): string =>
  TABLES[name] === undefined ? name : `${name}: ${TABLES[name]}`;

const perDay = (bytes: number): string =>
  bytes < 0 ? `${sizeText(-bytes)} less a day` : `${sizeText(bytes)} more a day`;

/** What a backup takes where it is kept; the next one takes about as much. */
export const lastBackupLine = (last: LastBackup, machine: string): string =>
  `The last backup takes ${sizeText(last.bytes)}, whole: ${printable(fileText(last, machine), 300)}`;

/** What is to be expected; what is a guess says so. @param looks how many there were before this one */
export const forecastLine = (forecast: Forecast | undefined, looks: number): string => {
  if (forecast === undefined)
    return looks === 0
      ? 'How it grows is not known yet: this look was noted down, and one a day later can tell.'
      : 'How it grows is not known yet: there are no two looks that are a day apart.';
  const { days, used, database, media, state, full } = forecast;
  const rooms = state === undefined ? '' : `, of that the state of rooms ${perDay(state)}`;
  const span = `Within ${days < 10 ? days.toFixed(1) : Math.round(days)} days: ${perDay(used)} (database ${perDay(database)}${rooms}, media ${perDay(media)}).`;
  return full === undefined
    ? `${span} The disk does not fill.`
    : `${span} If that goes on (a guess), the disk is full in ${count(full, 'day')}.`;
};
