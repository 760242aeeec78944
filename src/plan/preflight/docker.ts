import { distroPackages, engineUsable, MINIMUM_COMPOSE, MINIMUM_ENGINE } from '../docker-support.ts';
import { atLeast } from '../version.ts';
import { type Check, problem } from './problem.ts';

export const dockerInstallation: Check = (goal, { host }) => {
  const { docker, packages } = host;
  if (/(^|\/)snap\//.test(docker.binary)) {
    return [
      problem(
        {
          code: 'MB-DOCKER-SNAP',
          what: 'Docker is installed as a snap.',
          why: 'The snap cannot see /opt, where the server keeps its data.',
          expected: 'Docker from packages, or none',
          fix: ['Back up what the snap runs, then: snap remove docker'],
          who: 'you',
        },
        'always',
      ),
    ];
  }
  if (packages.installed['podman-docker'] !== undefined || /podman/.test(docker.binary)) {
    return [
      problem(
        {
          code: 'MB-DOCKER-PODMAN',
          what: '`docker` is Podman on this machine (package podman-docker).',
          why: 'Compose with health checks and internal networks needs the Docker engine.',
          expected: 'Docker, or nothing of that name',
          fix: ['apt-get remove podman-docker', 'Then run this again: Docker will be installed.'],
          who: 'you',
        },
        'always',
      ),
    ];
  }
  const ofPackages = packages.installed['docker-ce'] ?? packages.installed['docker.io'];
  // A stopped engine tells no version; its package does.
  const engine = docker.engine || (docker.dockerd ? (ofPackages ?? '') : '');
  if (engine !== '' && !atLeast(engine, MINIMUM_ENGINE)) {
    return [
      problem(
        {
          code: 'MB-DOCKER-OLD',
          what: `The Docker engine ${engine} is too old.`,
          why: `${MINIMUM_ENGINE} is the oldest that runs the images under its own seccomp profile.`,
          expected: `Docker ${MINIMUM_ENGINE} or newer, or none`,
          fix: [
            "Upgrade Docker by the way it was installed, or remove it: Docker's own packages will be installed.",
          ],
          who: 'you',
        },
        'always',
      ),
    ];
  }
  // Half-configured packages do not count as installed; step 1 repairs them first.
  const half = /docker/.test(packages.audit);
  if (docker.engine !== '' && ofPackages === undefined && !half && !engineUsable(host)) {
    return [
      problem(
        {
          code: 'MB-DOCKER-COMPOSE',
          what: `The installed engine (${docker.engine}) has ${docker.compose ? `Compose ${docker.compose}, which is older than ${MINIMUM_COMPOSE}` : 'no Compose plugin'}.`,
          why: 'It was not installed from packages, so it is not for this tool to change it.',
          expected: `Compose ${MINIMUM_COMPOSE} or newer`,
          fix: [
            `Install the Compose plugin ${MINIMUM_COMPOSE} or newer by the way the engine was installed, then run this again.`,
          ],
          who: 'you',
        },
        'always',
      ),
    ];
  }
  const distroWanted =
    packages.installed['docker-ce'] === undefined &&
    !half &&
    (engine !== '' || goal.answers.dockerSource === 'distro');
  if (distroWanted && !engineUsable(host) && distroPackages(host) === undefined) {
    const there = engine !== '' ? `The installed engine (${engine}) has no` : `${host.os.pretty} has no`;
    return [
      problem(
        {
          code: 'MB-DOCKER-COMPOSE',
          what: `${there} Compose v2 among the distribution's packages.`,
          why: docker.compose
            ? `Compose ${docker.compose} is older than ${MINIMUM_COMPOSE}.`
            : 'The package docker-compose there is version 1, which does not count.',
          expected: `Compose ${MINIMUM_COMPOSE} or newer`,
          fix:
            engine !== ''
              ? ['Remove the package docker.io and run this again with --docker-source docker.']
              : ["Use Docker's own packages: --docker-source docker"],
          who: 'you',
        },
        'always',
      ),
    ];
  }
  return [];
};
