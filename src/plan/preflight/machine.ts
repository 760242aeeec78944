import { PATHS } from '../../render/layout.ts';
import { engineUsable, MINIMUM_COMPOSE, MINIMUM_ENGINE, supportedSystem } from '../docker-support.ts';
import type { Facts } from '../facts.ts';
import { type Check, type Problem, problem } from './problem.ts';

/**
 * Room for the four images, unpacked and while being unpacked, and for a first month of data. A guess, to be
 * replaced by a measurement of the official images.
 */
const MINIMUM_FREE_MIB = 4096;

/** A clock that is further off breaks certificates and signatures (federation.md §4, row 24). */
const MAXIMUM_CLOCK_SKEW_SECONDS = 300;

export const system: Check = (_goal, { host }) => {
  const problems: Problem[] = [];
  if (!['x86_64', 'aarch64'].includes(host.machine.arch)) {
    problems.push(
      problem({
        code: 'MB-HOST-ARCH',
        what: `This machine's processor (${host.machine.arch}) is not one that the images are made for.`,
        why: 'Synapse is published for x86_64 and aarch64.',
        fix: ['Use a VPS with an x86_64 (AMD, Intel) or aarch64 (ARM) processor.'],
      }),
    );
  }
  if (!engineUsable(host) && host.docker.binary === '' && !supportedSystem(host)) {
    problems.push(
      problem({
        code: 'MB-HOST-OS',
        what: `Docker is not installed, and it cannot be installed on ${host.os.pretty} by this tool.`,
        why: 'It installs Docker on Debian 12 and 13 and on Ubuntu 22.04, 24.04 and 26.04.',
        fix: [
          `Install Docker ${MINIMUM_ENGINE} or newer with the Compose plugin ${MINIMUM_COMPOSE} or newer yourself, then run this again: an engine that is there is used as it is.`,
        ],
      }),
    );
  }
  return problems;
};

/** Paths on one file system are one disk, and one problem. */
const byMount = (disks: Facts['host']['disks']): Facts['host']['disks'] =>
  [...new Set(disks.map(({ mount }) => mount))].flatMap((mount) => {
    const [first, ...others] = disks.filter((disk) => disk.mount === mount);
    return first ? [{ ...first, path: [first, ...others].map(({ path }) => path).join(' and ') }] : [];
  });

export const resources: Check = (_goal, { host }) => {
  const problems: Problem[] = [];
  if (host.storedAnswers !== '' || host.databaseOf !== '') return problems;
  for (const disk of byMount(host.disks)) {
    if (disk.freeMib < MINIMUM_FREE_MIB) {
      problems.push(
        problem({
          code: 'MB-HOST-DISK',
          what: `${disk.mount} has ${disk.freeMib} MiB free (for ${disk.path}); ${MINIMUM_FREE_MIB} MiB are needed.`,
          why: 'The images, the database and its write-ahead log would fill the disk within the installation.',
          fix: [`Free some space on ${disk.mount}, or take a larger disk.`],
        }),
      );
    }
    if (disk.freeInodes !== undefined && disk.freeInodes < 100_000) {
      problems.push(
        problem({
          code: 'MB-HOST-INODES',
          what: `${disk.mount} has only ${disk.freeInodes} inodes left (for ${disk.path}).`,
          why: 'The images alone have tens of thousands of files.',
          fix: [`Remove small files on ${disk.mount}, or make the file system anew with more inodes.`],
        }),
      );
    }
  }
  return problems;
};

export const clock: Check = (_goal, { host, outside }) => {
  const skew = Math.round(host.machine.clock - outside.clock);
  if (Math.abs(skew) <= MAXIMUM_CLOCK_SKEW_SECONDS) return [];
  return [
    problem({
      code: 'MB-HOST-CLOCK',
      what: `The machine's clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} yours.`,
      why: 'Certificates and signed events are judged by time; other servers would refuse this one.',
      fix: ['On the machine: apt-get install systemd-timesyncd && timedatectl set-ntp true'],
    }),
  ];
};

/** What is written follows no link, so that nobody who can turn a link decides where the secrets go. */
export const root: Check = (_goal, { host }) => {
  const found = host.files[PATHS.root];
  if (found === undefined || found.type === 'directory') return [];
  const isFile = found.type === 'file';
  return [
    problem({
      code: 'MB-HOST-ROOT',
      what: `${PATHS.root} is ${isFile ? 'a file' : 'a symbolic link'}; the server's data needs a folder there.`,
      why: isFile
        ? 'Nothing of this tool makes such a file, so it is not removed.'
        : 'Links are not followed.',
      fix: isFile
        ? [`Move it away: mv ${PATHS.root} ${PATHS.root}.old`]
        : [
            `Remove the link: rm ${PATHS.root}`,
            `To keep the data on another disk: mkdir ${PATHS.root} && mount --bind /THE/FOLDER ${PATHS.root}, and the same in /etc/fstab.`,
          ],
    }),
  ];
};
