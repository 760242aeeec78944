import { PATHS } from '../../render/layout.ts';
import { engineUsable, MINIMUM_COMPOSE, MINIMUM_ENGINE, supportedSystem } from '../docker-support.ts';
import type { HostFacts } from '../facts.ts';
import { type Check, type Problem, problem } from './problem.ts';

/**
 * Room for the four images, unpacked and while being unpacked, and for a first month of data. A guess, to be
 * replaced by a measurement of the official images.
 */
const MINIMUM_FREE_MIB = 4096;

/** Files of the unpacked images; guess: a Debian base with Python has some 30,000. */
const MINIMUM_FREE_INODES = 100_000;

/** On a server that runs: what Postgres needs to go on until somebody has read the warning. Guess. */
const LOW_FREE_MIB = 1024;
const LOW_FREE_INODES = 10_000;

/**
 * Seconds. Nothing in Matrix says how much is too much; apt refuses package lists from a future of 10 s
 * (apt.conf(5), Acquire::Max-FutureTime), certificates begin an hour before they are issued (Let's Encrypt). Guess
 * between the two: what a clock loses that nobody sets, and what a slow first look cannot make up.
 */
const MAXIMUM_CLOCK_SKEW_SECONDS = 300;

export const system: Check = (_goal, { host }) => {
  const problems: Problem[] = [];
  if (!['x86_64', 'aarch64'].includes(host.machine.arch)) {
    problems.push(
      problem(
        {
          code: 'MB-HOST-ARCH',
          what: `This machine's processor (${host.machine.arch}) is not one that the images are made for.`,
          why: 'Synapse is published for x86_64 and aarch64.',
          expected: 'x86_64 or aarch64',
          fix: ['Use a VPS with an x86_64 (AMD, Intel) or aarch64 (ARM) processor.'],
          who: 'your hosting provider',
        },
        'always',
      ),
    );
  }
  if (!engineUsable(host) && host.docker.binary === '' && !supportedSystem(host)) {
    problems.push(
      problem(
        {
          code: 'MB-HOST-OS',
          what: `Docker is not installed, and it cannot be installed on ${host.os.pretty} by this tool.`,
          why: 'It installs Docker on Debian 12 and 13 and on Ubuntu 22.04, 24.04 and 26.04.',
          expected: 'one of these, or a Docker that is there already',
          fix: [
            `Install Docker ${MINIMUM_ENGINE} or newer with the Compose plugin ${MINIMUM_COMPOSE} or newer yourself, then run this again: an engine that is there is used as it is.`,
          ],
          who: 'you',
        },
        'always',
      ),
    );
  }
  return problems;
};

/** Paths on one file system are one disk, and one problem. */
const byMount = (disks: HostFacts['disks']): HostFacts['disks'] =>
  [...new Set(disks.map(({ mount }) => mount))].flatMap((mount) => {
    const [first, ...others] = disks.filter((disk) => disk.mount === mount);
    return first ? [{ ...first, path: [first, ...others].map(({ path }) => path).join(' and ') }] : [];
  });

export const resources: Check = (_goal, { host }) => {
  // What is full for an installation is roomy for a server that has its images already.
  const runs = host.storedAnswers !== '' || host.databaseOf !== '';
  const mib = runs ? LOW_FREE_MIB : MINIMUM_FREE_MIB;
  const inodes = runs ? LOW_FREE_INODES : MINIMUM_FREE_INODES;
  const stops = runs ? 'never' : 'first';
  const problems: Problem[] = [];
  for (const disk of byMount(host.disks)) {
    if (disk.freeMib < mib) {
      problems.push(
        problem(
          {
            code: 'MB-HOST-DISK',
            what: `${disk.mount} has ${disk.freeMib} MiB free (for ${disk.path}); ${mib} MiB are needed.`,
            why: runs
              ? 'Postgres stops when its disk is full.'
              : 'The images, the database and its write-ahead log would fill the disk within the installation.',
            expected: `${mib} MiB free`,
            fix: [`Free some space on ${disk.mount}, or take a larger disk.`],
            who: 'you',
          },
          stops,
        ),
      );
    }
    if (disk.freeInodes !== undefined && disk.freeInodes < inodes) {
      problems.push(
        problem(
          {
            code: 'MB-HOST-INODES',
            what: `${disk.mount} has only ${disk.freeInodes} inodes left (for ${disk.path}).`,
            why: runs
              ? 'Without them no file can be made, however much space there is.'
              : 'The images alone have tens of thousands of files.',
            expected: `${inodes} free inodes`,
            fix: [
              `Remove small files on ${disk.mount} (which folder has the most: du --inodes -x ${disk.mount} | sort -n | tail), or make the file system anew with more inodes.`,
            ],
            who: 'you',
          },
          stops,
        ),
      );
    }
  }
  return problems;
};

/** `an hour` off reads better in hours; below two minutes in seconds. */
const duration = (seconds: number): string => {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`;
};

/**
 * Two clocks cannot tell which of them is wrong. Where a reached server's HTTP Date is a third one, the operator's
 * is judged by it, and the machine's by what both say.
 */
export const clock: Check = (_goal, { host, first }) => {
  const skew = host.machine.clock - host.seenAt;
  const third = first?.thirdClock;
  const yours = third?.ahead ?? 0;
  const off = Math.round(skew - yours);
  const problems: Problem[] = [];
  if (Math.abs(off) > MAXIMUM_CLOCK_SKEW_SECONDS) {
    const side = off > 0 ? 'ahead of' : 'behind';
    const whom = third === undefined ? 'yours' : `that of ${third.of}`;
    problems.push(
      problem({
        code: 'MB-HOST-CLOCK',
        what: `The machine's clock is ${duration(Math.abs(off))} ${side} ${whom}.`,
        why: 'Certificates, package lists and signed events are judged by time; other servers would refuse this one.',
        expected: `at most ${duration(MAXIMUM_CLOCK_SKEW_SECONDS)} apart`,
        fix: ['On the machine: apt-get install systemd-timesyncd && timedatectl set-ntp true'],
        who: 'you',
      }),
    );
  }
  if (Math.abs(yours) > MAXIMUM_CLOCK_SKEW_SECONDS) {
    problems.push(
      problem(
        {
          code: 'MB-YOUR-CLOCK',
          what: `Your own computer's clock is ${duration(Math.abs(Math.round(yours)))} ${yours > 0 ? 'behind' : 'ahead of'} that of ${third?.of}.`,
          why: 'Certificates are judged by it: what is checked from here may look invalid, or valid, when it is not.',
          expected: `at most ${duration(MAXIMUM_CLOCK_SKEW_SECONDS)} apart`,
          fix: ['Set the clock of this computer, or let it set itself (NTP).'],
          who: 'you',
        },
        'never',
      ),
    );
  }
  return problems;
};

/** What is written follows no link, so that nobody who can turn a link decides where the secrets go. */
export const root: Check = (_goal, { host }) => {
  const found = host.files[PATHS.root];
  if (found === undefined || found.type === 'directory') return [];
  const isFile = found.type === 'file';
  return [
    problem(
      {
        code: 'MB-HOST-ROOT',
        what: `${PATHS.root} is ${isFile ? 'a file' : 'a symbolic link'}; the server's data needs a folder there.`,
        why: isFile
          ? 'Nothing of this tool makes such a file, so it is not removed.'
          : 'Links are not followed.',
        expected: 'a folder, or nothing',
        fix: isFile
          ? [`Move it away: mv ${PATHS.root} ${PATHS.root}.old`]
          : [
              `Remove the link: rm ${PATHS.root}`,
              `To keep the data on another disk: mkdir ${PATHS.root} && mount --bind /THE/FOLDER ${PATHS.root}, and the same in /etc/fstab.`,
            ],
        who: 'you',
      },
      'always',
    ),
  ];
};

/** What the first step waits for by itself, so that nobody wonders. */
export const busy: Check = (_goal, { host }) => {
  const { cloudInit, lockHolder } = host.packages;
  if (engineUsable(host)) return [];
  const who = [
    ...(cloudInit === 'running' ? ["the provider's first-boot set-up (cloud-init)"] : []),
    ...(lockHolder === '' ? [] : [`${lockHolder}, which holds the package lock`]),
  ];
  if (who.length === 0) return [];
  return [
    problem(
      {
        code: 'MB-HOST-BUSY',
        what: `The machine is busy: ${who.join(' and ')}.`,
        why: 'Packages can only be installed after that; the first step waits for it.',
        expected: 'nobody installs packages',
        fix: ['Nothing, if it ends by itself; cloud-init status --long and ps show what it does.'],
        who: 'you',
      },
      'never',
    ),
  ];
};
