import { parseAnswersFile } from '../answers/file.ts';
import { SCHEDULE_PATHS } from '../backup/schedule.ts';
import { PATHS, ROOT, writingCopy, writtenCopy } from '../render/layout.ts';
import type { HostFacts } from './facts.ts';

/** What an uninstallation takes away and what stays, as far as it is on the machine. */
export interface Uninstall {
  /** Whose server it is; undefined when nothing on the machine says so. */
  readonly domain: string | undefined;
  /** Services that have a container of ours. */
  readonly services: readonly string[];
  /** Files as this program last wrote them, with the records of them. */
  readonly files: readonly string[];
  /** Files that somebody edited: they stay, with the records by which they are known again. */
  readonly edited: readonly string[];
  /** What cannot be made again: deleted by a purge only. */
  readonly data: readonly string[];
  /** Records of edited files and what only an installation needs; deleted by a purge, after the data. */
  readonly records: readonly string[];
}

/** Folders of data, and of keys and secrets without which data are worth nothing. */
const DATA: readonly string[] = [
  PATHS.postgresHome,
  `${ROOT}/postgres/tls`,
  PATHS.synapseData,
  PATHS.synapseTmp,
  PATHS.redisData,
  PATHS.caddyData,
  PATHS.draupnirData,
  PATHS.mjolnirData,
  PATHS.synapseKeys,
  `${ROOT}/secrets`,
];

/** Last of all, so that an interrupted purge still knows whose server it was. */
const RECORDS: readonly string[] = [PATHS.lock, PATHS.state, PATHS.answers];

/** Folders that go when they are empty, the deepest first. */
export const emptyFolders = (host: HostFacts): string[] => {
  const own = (path: string) =>
    [PATHS.state, PATHS.confd, `${ROOT}/well-known`, PATHS.guide, PATHS.proxy, `${ROOT}/backup`].some(
      (one) => path === one || path.startsWith(`${one}/`),
    ) ||
    /^\/(?:synapse|redis|caddy|postgres|element|cinny|draupnir|mjolnir)(?:\/config(?:\/workers)?)?$/.test(
      path.slice(ROOT.length),
    );
  return [
    ...Object.entries(host.files)
      .filter(([path, { type }]) => type === 'directory' && own(path))
      .map(([path]) => path)
      .sort((one, other) => other.length - one.length),
    ROOT,
  ];
};

/** Pure. */
export const planUninstall = (host: HostFacts): Uninstall => {
  const { files } = host;
  const hashOf = (path: string) => files[path]?.sha256;
  const ours: string[] = [];
  const edited: string[] = [];
  for (const copy of Object.keys(files).filter((path) => path.startsWith(`${PATHS.written}/`))) {
    if (files[copy]?.type !== 'file') continue;
    const path = copy.replace(PATHS.written, ROOT);
    const found = hashOf(path);
    const known = [hashOf(writtenCopy(path)), hashOf(writingCopy(path))];
    if (found === undefined || known.includes(found)) ours.push(path, copy, writingCopy(path));
    else edited.push(path);
  }
  const answers = host.storedAnswers === '' ? undefined : parseAnswersFile(host.storedAnswers, PATHS.answers);
  // What a timer starts is written by `backup --schedule`.
  ours.push(...SCHEDULE_PATHS.filter((path) => files[path] !== undefined));
  const stored = answers?.answers.domain;
  const domain = typeof stored === 'string' ? stored : host.databaseOf.trim() || undefined;
  const there = (path: string) => files[path] !== undefined;
  return {
    domain,
    services: host.containers.filter(({ workingDir }) => workingDir === ROOT).map(({ service }) => service),
    files: ours,
    edited,
    data: DATA.filter(there),
    records: RECORDS.filter(there),
  };
};

/** Whether there is anything at all that a purge would delete or an uninstallation take away. */
export const isAbsent = ({ services, files, edited, data, records }: Uninstall): boolean =>
  [services, files, edited, data, records].every((list) => list.length === 0);
