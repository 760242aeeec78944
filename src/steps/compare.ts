import { createHash } from 'node:crypto';
import type { HostFacts } from '../plan/facts.ts';
import type { Desired, RenderedDirectory, RenderedFile } from '../render/desired.ts';
import { type Component, componentOf, isTracked, type Service, UID, writtenCopy } from '../render/layout.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Numeric owner and group of a rendered file. */
export const ownerOf = (file: RenderedFile): { uid: number; gid: number } => ({
  uid: UID[file.owner].uid,
  gid: UID[file.group ?? file.owner].gid,
});

/** Whether what was last written is recorded as what is rendered now; else a later hand edit could not be told. */
const isRecorded = ({ path, content, rendered = content }: RenderedFile, facts: HostFacts): boolean =>
  !isTracked(path) || facts.files[writtenCopy(path)]?.sha256 === sha256(rendered);

/** Files that are absent, differ in content, owner or mode, or whose last written text is not recorded. */
export const differingFiles = (files: readonly RenderedFile[], facts: HostFacts): RenderedFile[] =>
  files.filter((file) => {
    const found = facts.files[file.path];
    const { uid, gid } = ownerOf(file);
    return (
      found?.type !== 'file' ||
      found.sha256 !== sha256(file.content) ||
      found.mode !== file.mode ||
      found.uid !== uid ||
      found.gid !== gid ||
      !isRecorded(file, facts)
    );
  });

/** Folders that are absent, or differ in owner or mode. */
export const differingDirectories = (
  directories: readonly RenderedDirectory[],
  facts: HostFacts,
): RenderedDirectory[] =>
  directories.filter((directory) => {
    const found = facts.files[directory.path];
    const { uid, gid } = UID[directory.owner];
    if (directory.operators) return found === undefined;
    return (
      found?.type !== 'directory' || found.mode !== directory.mode || found.uid !== uid || found.gid !== gid
    );
  });

/** Image references with digests by component, from the lock file's `COMPONENT_IMAGE=ref` lines. */
export const lockedImages = (lock: string): Partial<Record<Component, string>> =>
  Object.fromEntries(
    [...lock.matchAll(/^([A-Z]+)_IMAGE=(\S+)$/gm)].map(([, name = '', ref = '']) => [
      name.toLowerCase(),
      ref,
    ]),
  );

/** Whether a lock entry is the given `name:tag`, with a digest. */
export const lockedFor = (locked: string | undefined, image: string): boolean =>
  locked?.startsWith(`${image}@sha256:`) ?? false;

/** Whether a service's container, running or not, was made with the image and the configuration that it ought to have. */
export const isAsPlanned = (service: Service, desired: Desired, facts: HostFacts): boolean => {
  const container = facts.containers.find((candidate) => candidate.service === service);
  return (
    container !== undefined &&
    !container.drifted &&
    container.config === desired.configHashes[service] &&
    container.image === lockedImages(facts.imageLock)[componentOf(service)]
  );
};

/** Whether a service runs with the image and the configuration that it ought to have. */
export const isCurrent = (service: Service, desired: Desired, facts: HostFacts): boolean =>
  isAsPlanned(service, desired, facts) &&
  facts.containers.some((container) => container.service === service && container.state === 'running');

/** Why a service is to be started or made anew, in words. */
export const whyNotCurrent = (service: Service, desired: Desired, facts: HostFacts): string => {
  const container = facts.containers.find((candidate) => candidate.service === service);
  if (!container) return 'not there yet';
  if (container.drifted) return 'it was made from another compose.yaml';
  if (container.config !== desired.configHashes[service]) return 'its configuration changed';
  if (container.state !== 'running') return `it is ${container.state}`;
  return 'its image changed';
};

export const isHealthy = (service: Service, facts: HostFacts): boolean =>
  facts.containers.find((candidate) => candidate.service === service)?.health === 'healthy';
