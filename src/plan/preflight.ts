import { parseAnswersFile } from '../answers/file.ts';
import { EXIT, type ExitCode, type FailureText } from '../errors.ts';
import { PATHS, UID } from '../render/layout.ts';
import { lockedImages } from '../steps/compare.ts';
import {
  distroPackages,
  engineUsable,
  MINIMUM_COMPOSE,
  MINIMUM_ENGINE,
  supportedSystem,
} from './docker-support.ts';
import type { Facts } from './facts.ts';
import type { Goal } from './goal.ts';
import { atLeast } from './version.ts';

export interface Problem extends FailureText {
  readonly exitCode: ExitCode;
}

const UNTOUCHED = 'Nothing was changed.';

/**
 * Room for the four images, unpacked and while being unpacked, and for a first month of data. A guess, to be
 * replaced by a measurement of the official images.
 */
const MINIMUM_FREE_MIB = 4096;

/** A clock that is further off breaks certificates and signatures (federation.md §4, row 24). */
const MAXIMUM_CLOCK_SKEW_SECONDS = 300;

type Check = (goal: Goal, facts: Facts) => Problem[];

const problem = (text: FailureText, exitCode: ExitCode = EXIT.failed): Problem => ({
  safe: UNTOUCHED,
  ...text,
  exitCode,
});

const system: Check = (_goal, { host }) => {
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

const dockerInstallation: Check = (goal, { host }) => {
  const { docker, packages } = host;
  if (/(^|\/)snap\//.test(docker.binary)) {
    return [
      problem({
        code: 'MB-DOCKER-SNAP',
        what: 'Docker is installed as a snap.',
        why: 'The snap cannot see /opt, where the server keeps its data.',
        fix: ['Back up what the snap runs, then: snap remove docker'],
      }),
    ];
  }
  if (packages.installed['podman-docker'] !== undefined || /podman/.test(docker.binary)) {
    return [
      problem({
        code: 'MB-DOCKER-PODMAN',
        what: '`docker` is Podman on this machine (package podman-docker).',
        why: 'Compose with health checks and internal networks needs the Docker engine.',
        fix: ['apt-get remove podman-docker', 'Then run this again: Docker will be installed.'],
      }),
    ];
  }
  const ofPackages = packages.installed['docker-ce'] ?? packages.installed['docker.io'];
  // A stopped engine tells no version; its package does.
  const engine = docker.engine || (docker.dockerd ? (ofPackages ?? '') : '');
  if (engine !== '' && !atLeast(engine, MINIMUM_ENGINE)) {
    return [
      problem({
        code: 'MB-DOCKER-OLD',
        what: `The Docker engine ${engine} is too old.`,
        why: `${MINIMUM_ENGINE} is the oldest that runs the images under its own seccomp profile.`,
        fix: [
          "Upgrade Docker by the way it was installed, or remove it: Docker's own packages will be installed.",
        ],
      }),
    ];
  }
  // Half-configured packages do not count as installed; step 1 repairs them first.
  const half = /docker/.test(packages.audit);
  if (docker.engine !== '' && ofPackages === undefined && !half && !engineUsable(host)) {
    return [
      problem({
        code: 'MB-DOCKER-COMPOSE',
        what: `The installed engine (${docker.engine}) has ${docker.compose ? `Compose ${docker.compose}, which is older than ${MINIMUM_COMPOSE}` : 'no Compose plugin'}.`,
        why: 'It was not installed from packages, so it is not for this tool to change it.',
        fix: [
          `Install the Compose plugin ${MINIMUM_COMPOSE} or newer by the way the engine was installed, then run this again.`,
        ],
      }),
    ];
  }
  const distroWanted =
    packages.installed['docker-ce'] === undefined &&
    !half &&
    (engine !== '' || goal.answers.dockerSource === 'distro');
  if (distroWanted && !engineUsable(host) && distroPackages(host) === undefined) {
    const there = engine !== '' ? `The installed engine (${engine}) has no` : `${host.os.pretty} has no`;
    return [
      problem({
        code: 'MB-DOCKER-COMPOSE',
        what: `${there} Compose v2 among the distribution's packages.`,
        why: docker.compose
          ? `Compose ${docker.compose} is older than ${MINIMUM_COMPOSE}.`
          : 'The package docker-compose there is version 1, which does not count.',
        fix:
          engine !== ''
            ? ['Remove the package docker.io and run this again with --docker-source docker.']
            : ["Use Docker's own packages: --docker-source docker"],
      }),
    ];
  }
  return [];
};

/** Paths on one file system are one disk, and one problem. */
const byMount = (disks: Facts['host']['disks']): Facts['host']['disks'] =>
  [...new Set(disks.map(({ mount }) => mount))].flatMap((mount) => {
    const [first, ...others] = disks.filter((disk) => disk.mount === mount);
    return first ? [{ ...first, path: [first, ...others].map(({ path }) => path).join(' and ') }] : [];
  });

const resources: Check = (_goal, { host }) => {
  const problems: Problem[] = [];
  if (host.storedAnswers !== '') return problems;
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

const clock: Check = (_goal, { host, outside }) => {
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

const ports: Check = (_goal, { host }) => {
  const caddyRuns = host.containers.some(({ service, state }) => service === 'caddy' && state === 'running');
  if (caddyRuns) return [];
  return [80, 443].flatMap((port) => {
    const holder = host.listeners.find((listener) => listener.port === port && listener.protocol === 'tcp');
    if (!holder) return [];
    const name = holder.process === '' ? 'another process' : holder.process;
    const pid = holder.pid === undefined ? '' : ` (pid ${holder.pid})`;
    const isContainer = holder.process === 'docker-proxy';
    return [
      problem({
        code: 'MB-HOST-PORT',
        what: `Port ${port} is taken by ${name}${pid}.`,
        why: 'The server needs ports 80 and 443: for the certificate, for clients and for other servers.',
        fix: isContainer
          ? [
              `A container publishes it: docker ps --filter publish=${port} shows which; stop it, then run this again.`,
            ]
          : [
              `Stop it for good if it is not needed: systemctl disable --now ${name}`,
              ...(holder.pid === undefined
                ? []
                : [`Its unit may have another name: systemctl status ${holder.pid}`]),
              'Then run this again.',
            ],
      }),
    ];
  });
};

const otherDeployment: Check = (goal, { host }) => {
  const refusal = (why: string, fix: readonly string[]): Problem[] => [
    problem(
      {
        code: 'MB-DATA-FOREIGN',
        what: `${PATHS.root} holds data of another deployment.`,
        why,
        fix,
        safe: 'Nothing was changed; that data is untouched.',
      },
      EXIT.refused,
    ),
  ];
  if (host.storedAnswers !== '') {
    const stored = parseAnswersFile(host.storedAnswers, PATHS.answers).answers.domain;
    if (stored === undefined) {
      return refusal(`${PATHS.answers} does not say whose it is.`, [
        `Restore ${PATHS.answers} from your backup.`,
      ]);
    }
    if (stored !== goal.answers.domain) {
      return refusal(`It is the server of ${stored}; you asked for ${goal.answers.domain}.`, [
        `Use --domain ${stored}, or another machine: one machine holds one server.`,
      ]);
    }
  } else if (host.databaseOnDisk !== '' || (host.files[PATHS.signingKey]?.size ?? 0) > 0) {
    return refusal(`There is a database or a signing key, but no ${PATHS.answers} that says whose.`, [
      `Restore ${PATHS.answers} from your backup, or move ${PATHS.root} away.`,
    ]);
  }
  const elsewhere = host.containers.find(({ workingDir }) => workingDir !== PATHS.root);
  if (elsewhere) {
    return refusal(`Containers of a Compose project named matrix-bastion run from ${elsewhere.workingDir}.`, [
      `Stop them there: cd ${elsewhere.workingDir} && docker compose down`,
    ]);
  }
  if (host.storedAnswers === '' && host.containers.length > 0) {
    return [
      problem(
        {
          code: 'MB-DATA-MISSING',
          what: `The containers of a server are on this machine, but ${PATHS.root} has no answers of it.`,
          why: 'The disk that holds it may not be mounted. A new server in its place would have another signing key.',
          fix: [
            `Mount the disk of ${PATHS.root}, or restore it from your backup, then run this again.`,
            `If that server is not wanted any more: docker rm -f $(docker ps -aq --filter label=com.docker.compose.project=matrix-bastion)`,
          ],
        },
        EXIT.refused,
      ),
    ];
  }
  return [];
};

/** What is written follows no link, so that nobody who can turn a link decides where the secrets go. */
const root: Check = (_goal, { host }) => {
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

/** A deployment that lost its key or its database must not quietly get a new one. */
const lostData: Check = (goal, { host }) => {
  const refuse = (text: Omit<FailureText, 'safe'>): Problem[] => [
    problem({ ...text, safe: 'Nothing was changed; what is on the disk is untouched.' }, EXIT.refused),
  ];
  const [identifier, major] = host.databaseBorn.trim().split(' ');
  const onDisk = host.databaseOnDisk.trim();
  if (identifier && onDisk === '') {
    return refuse({
      code: 'MB-DATABASE-LOST',
      what: `The database is gone: there is nothing in ${PATHS.postgresData}.`,
      why: 'This server had one. Its disk may not be mounted; an empty one in its place would lose every account and room.',
      fix: [
        `Mount the disk of ${PATHS.postgresHome}, or restore the folder from your backup, then run this again.`,
      ],
    });
  }
  if (onDisk !== '' && onDisk !== String(goal.release.postgresMajor)) {
    return refuse({
      code: 'MB-DATABASE-MAJOR',
      what: `The database is of Postgres ${onDisk}; this version of the tool runs Postgres ${goal.release.postgresMajor}.`,
      why: "A Postgres does not read another major version's files, and this version of the tool does not convert them.",
      fix: [
        Number(onDisk) > goal.release.postgresMajor
          ? 'Use a newer matrix-bastion: npx matrix-bastion@latest init'
          : `Keep the matrix-bastion that installed it${major ? ` (Postgres ${major})` : ''}.`,
      ],
    });
  }
  const running = host.database.systemIdentifier;
  if (identifier && running !== '' && running !== identifier) {
    return refuse({
      code: 'MB-DATABASE-OTHER',
      what: 'The database that runs is not the one of this server.',
      why: `Recorded: ${identifier}; running: ${running}. Another folder may be mounted in its place.`,
      fix: [
        `Put the right database back, or, if you restored it on purpose: rm ${PATHS.databaseBorn}`,
        'Then run this again.',
      ],
    });
  }
  if (onDisk !== '' && host.storedAnswers !== '' && (host.files[PATHS.signingKey]?.size ?? 0) === 0) {
    return refuse({
      code: 'MB-KEY-LOST',
      what: `The signing key is gone: ${PATHS.signingKey}.`,
      why: 'The database is there, so this server had a key. With a new one other servers would refuse it.',
      fix: [
        `Put the key back from your backup, owned by ${UID.synapse.uid}:${UID.synapse.gid}, mode 0600, then run this again.`,
      ],
    });
  }
  return [];
};

/** An older tool must not start an older Synapse on a newer schema. */
const newerServer: Check = (goal, { host }) => {
  const tag = /:v([^@]+)@/.exec(lockedImages(host.imageLock).synapse ?? '')?.[1];
  if (tag === undefined || atLeast(goal.release.synapse, tag)) return [];
  return [
    problem(
      {
        code: 'MB-VERSION-OLDER',
        what: `The server runs Synapse ${tag}; this matrix-bastion would put ${goal.release.synapse} in its place.`,
        why: 'An older Synapse may not understand a newer database.',
        fix: ['Use the newest version: npx matrix-bastion@latest init'],
        safe: 'Nothing was changed; the server is as it was.',
      },
      EXIT.refused,
    ),
  ];
};

const dns: Check = (goal, { host, outside }) => {
  // A live server is not stopped by a passing fault of the DNS; a new name for it has to be there first.
  const stored = parseAnswersFile(host.storedAnswers, PATHS.answers).answers.matrixHost;
  if (host.storedAnswers !== '' && stored === goal.answers.matrixHost) return [];
  const name = goal.answers.matrixHost;
  const seen = outside.names[name];
  const own = [...new Set([...host.addresses, ...outside.target, ...goal.answers.publicAddress])];
  const records = [...(seen?.a ?? []), ...(seen?.aaaa ?? [])];
  if (records.length === 0) {
    return [
      problem({
        code: 'MB-DNS-MISSING',
        what: `${name} has no address in the DNS${seen?.error ? ` (${seen.error})` : ''}.`,
        why: 'Clients, other servers and the certificate authority find the server by this name.',
        fix: [
          `At your DNS provider add: ${name} A ${own.find((address) => address.includes('.')) ?? 'the machine'}`,
          'Then run this again, or now with --wait: it goes on as soon as the name is there.',
        ],
      }),
    ];
  }
  const wrong = records.filter((address) => !own.includes(address));
  if (wrong.length === 0) return [];
  return [
    problem({
      code: 'MB-DNS-ELSEWHERE',
      what: `${name} points at ${wrong.join(', ')}, which is not this machine (${own.join(', ')}).`,
      why: 'The certificate authority would ask that machine, and so would everybody else.',
      fix: [
        `At your DNS provider change or remove the record of ${wrong.join(', ')}.`,
        `If the machine is behind address translation and ${wrong[0]} leads to it: add --public-address ${wrong[0]}`,
        'Then run this again, or now with --wait.',
      ],
    }),
  ];
};

const CHECKS: readonly Check[] = [
  otherDeployment,
  lostData,
  newerServer,
  root,
  system,
  dockerInstallation,
  resources,
  clock,
  ports,
  dns,
];

/** Everything that stands in the way, found in one look; empty when the run may begin. Pure. */
export const preflight = (goal: Goal, facts: Facts): Problem[] =>
  CHECKS.flatMap((check) => check(goal, facts));
