import type { RenderedFile } from '../render/desired.ts';
import { writtenCopy } from '../render/layout.ts';
import type { Change } from './change.ts';
import { describeChange } from './describe.ts';
import { downtimes } from './downtime.ts';
import type { HostFacts } from './facts.ts';
import { type FileTexts, fileDiff } from './file-diff.ts';

/** Texts of files as they are on a machine, by path; a file that is not there has none. */
export type Texts = Readonly<Record<string, string>>;

const DAEMON_CONFIG = '/etc/docker/daemon.json';

/** The files that a change writes, as data. */
const filesOf = (change: Change): readonly Pick<RenderedFile, 'path' | 'content' | 'rendered' | 'edit'>[] => {
  if (
    change.kind === 'write-files' ||
    change.kind === 'write-synapse-config' ||
    change.kind === 'stage-release'
  )
    return change.files;
  // Somebody else's file as likely as ours: every line of it is judged.
  if (change.kind === 'docker-daemon-config')
    return [{ path: DAEMON_CONFIG, content: change.content, rendered: '' }];
  return [];
};

/** Whether a file is on the machine as this program last wrote it. */
const isUntouched = (path: string, { files }: HostFacts): boolean => {
  const written = files[writtenCopy(path)]?.sha256;
  return written !== undefined && written === files[path]?.sha256;
};

/** Every file whose text is wanted to show what changes. */
export const changedPaths = (changes: readonly Change[]): string[] => [
  ...new Set(changes.flatMap((change) => filesOf(change).map(({ path }) => path))),
];

const removedFiles = (change: Change): readonly string[] =>
  change.kind === 'write-synapse-config' ? change.obsolete : [];

/** Of the services that are started anew: those that serve now, and how long the last time took. */
const restarts = (change: Change, host: HostFacts): string[] => {
  if (change.kind !== 'start-services' && change.kind !== 'stop-services') return [];
  const last = downtimes(host.downtime);
  return change.services
    .filter((service) => host.containers.some((one) => one.service === service && one.state === 'running'))
    .map((service) => {
      const known = last[service];
      return known === undefined
        ? `${service} runs and will be down meanwhile; how long is not known yet`
        : `${service} runs and will be down meanwhile; the last time it was ${known.seconds} s (${known.at.slice(0, 10)})`;
    });
};

/** A change with all that is worth knowing before agreeing to it: what of each file changes, and who is down. */
export const detailChange = (change: Change, host: HostFacts, texts: Texts, full: boolean): string => {
  const files = filesOf(change).map(({ path, content, rendered, edit }): FileTexts => {
    const before = texts[path];
    const base = isUntouched(path, host) ? before : edit?.base;
    return {
      path,
      after: content,
      rendered: rendered ?? content,
      ...(before === undefined ? {} : { before }),
      ...(base === undefined ? {} : { base }),
    };
  });
  return [
    describeChange(change),
    ...removedFiles(change).map((path) => `remove ${path}`),
    ...restarts(change, host),
    ...files.flatMap((file) => fileDiff(file, full)),
  ].join('\n');
};
