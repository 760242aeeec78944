import type { Answers } from '../answers/answers.ts';
import type { AptRepository } from './change.ts';
import type { HostFacts } from './facts.ts';
import { atLeast } from './version.ts';

/**
 * Oldest engine that runs Debian trixie's images under its own default seccomp profile: 20.10.10 lets
 * clone3 through (moby release notes 20.10.10). Older ones fail with "Operation not permitted" at random places.
 */
export const MINIMUM_ENGINE = '20.10.10';
/** `docker compose up --wait` and `create_host_path` behave from 2.20 on (docker/compose release notes). */
export const MINIMUM_COMPOSE = '2.20.0';
/** From 27 on the engine filters and translates IPv6 by itself (moby release notes 27.0: ip6tables is on by default). */
export const IPV6_BY_DEFAULT = '27.0.0';

/** Fingerprint of Docker's release key for Debian and Ubuntu (docs.docker.com, "Install Docker Engine on Debian"). */
const DOCKER_FINGERPRINT = '9DC858229FC7DD38854AE2D88D81803C0EBFCD88';

/** Releases that Docker's own repository serves and that we install on. */
const DOCKER_SUITES: Readonly<Record<string, readonly string[]>> = {
  debian: ['bookworm', 'trixie'],
  ubuntu: ['jammy', 'noble', 'resolute'],
};

/** Packages of the distribution that bring an engine and Compose v2, per codename. */
const DISTRO_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  trixie: ['docker.io', 'docker-cli', 'docker-compose'],
  jammy: ['docker.io', 'docker-compose-v2'],
  noble: ['docker.io', 'docker-compose-v2'],
  resolute: ['docker.io', 'docker-compose-v2'],
};

/** Engines of the distributions that are older than IPV6_BY_DEFAULT: Debian 13 has 26.1.5 (its package docker.io). */
const OLD_DISTRO_ENGINES: Readonly<Record<string, string>> = { trixie: '26.1.5' };

/** The engine's version, or the one that the distribution's packages will bring. */
export const comingEngine = (answers: Answers, facts: HostFacts): string => {
  if (facts.docker.engine !== '') return facts.docker.engine;
  return answers.dockerSource === 'distro' ? (OLD_DISTRO_ENGINES[facts.os.codename] ?? '') : '';
};

export const supportedSystem = (facts: HostFacts): boolean =>
  DOCKER_SUITES[facts.os.id]?.includes(facts.os.codename) ?? false;

/** The distribution's packages, or undefined where it has no Compose v2. */
export const distroPackages = (facts: HostFacts): readonly string[] | undefined =>
  DISTRO_PACKAGES[facts.os.codename];

/** Docker's repository, or the operator's mirror of it, for this system. */
export const dockerRepository = (answers: Answers, facts: HostFacts): AptRepository => {
  const base = (answers.dockerMirror?.url ?? 'https://download.docker.com/linux').replace(/\/+$/, '');
  // Mirrors name themselves with the distribution at the end of the URL and without.
  const url = base.endsWith(`/${facts.os.id}`) ? base : `${base}/${facts.os.id}`;
  return {
    url,
    keyUrl: `${url}/gpg`,
    fingerprint: answers.dockerMirror?.fingerprint ?? DOCKER_FINGERPRINT,
    suite: facts.os.codename,
    architecture: facts.machine.dpkgArch,
  };
};

/** Where the key of Docker's repository lies: binary, the very packets whose fingerprint was compared. */
export const KEYRING = '/etc/apt/keyrings/matrix-bastion-docker.gpg';
export const SOURCES = '/etc/apt/sources.list.d/matrix-bastion-docker.sources';

/** Our apt source (deb822-style, sources.list(5)). */
export const sourcesText = ({ url, suite, architecture }: AptRepository): string =>
  `# Written by matrix-bastion: Docker's packages, trusted only with the key named here.
Types: deb
URIs: ${url}
Suites: ${suite}
Components: stable
Architectures: ${architecture}
Signed-By: ${KEYRING}
`;

export const DOCKER_PACKAGES = [
  'docker-ce',
  'docker-ce-cli',
  'containerd.io',
  'docker-compose-plugin',
] as const;

export const engineUsable = (facts: HostFacts): boolean =>
  atLeast(facts.docker.engine, MINIMUM_ENGINE) && atLeast(facts.docker.compose, MINIMUM_COMPOSE);

interface DaemonJson {
  readonly experimental?: boolean;
  readonly ip6tables?: boolean;
  readonly [key: string]: unknown;
}

/** The daemon's configuration, or undefined when it is not a JSON object. */
export const daemonConfig = (facts: HostFacts): DaemonJson | undefined => {
  if (facts.docker.daemonJson.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(facts.docker.daemonJson);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as DaemonJson)
      : undefined;
  } catch {
    return undefined;
  }
};

/** Whether containers can have IPv6 with clients' own addresses. */
export const ipv6Usable = (facts: HostFacts): boolean => {
  if (!facts.addresses.some((address) => address.includes(':'))) return false;
  const config = daemonConfig(facts);
  if (config?.ip6tables === false) return false;
  return atLeast(facts.docker.engine, IPV6_BY_DEFAULT) || config?.ip6tables === true;
};
