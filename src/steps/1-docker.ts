import type { Change } from '../plan/change.ts';
import {
  comingEngine,
  DOCKER_PACKAGES,
  daemonConfig,
  distroPackages,
  dockerRepository,
  engineUsable,
  IPV6_BY_DEFAULT,
  MINIMUM_COMPOSE,
  sourcesText,
  supportedSystem,
} from '../plan/docker-support.ts';
import type { Facts, HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { atLeast } from '../plan/version.ts';
import type { Step } from './step.ts';

/** Which engine it is: packages of the distribution stay with the distribution; Docker's would remove them. */
const isDistro = (goal: Goal, { packages, docker: { engine } }: HostFacts): boolean =>
  packages.installed['docker-ce'] === undefined &&
  (packages.installed['docker.io'] !== undefined || engine !== '' || goal.answers.dockerSource === 'distro');

/** Packages that are absent, and the Compose plugin when it is too old: installing an installed package upgrades it. */
const wanted = (names: readonly string[], facts: HostFacts): string[] =>
  names.filter(
    (name) =>
      facts.packages.installed[name] === undefined ||
      (name.includes('compose') && !atLeast(facts.docker.compose, MINIMUM_COMPOSE)),
  );

const install = (packages: readonly string[]): Change[] =>
  packages.length > 0 ? [{ kind: 'install-packages', packages }] : [];

/**
 * Our source of Docker's packages as it ought to be, without making one that is not `needed`. A broken one that is
 * left over would stop every update of apt's lists; one beside somebody else's of the same repository would too,
 * because apt refuses two keys for it.
 */
const source = (goal: Goal, facts: HostFacts, needed: boolean): Change[] => {
  const { packages } = facts;
  const theirs = packages.dockerSources.length > 0 && goal.answers.dockerMirror === undefined;
  if (isDistro(goal, facts) || theirs) {
    return packages.ownSourceFile ? [{ kind: 'remove-docker-repository' }] : [];
  }
  const repository = dockerRepository(goal.answers, facts);
  if (packages.ownSource === sourcesText(repository)) return [];
  if (!needed && !(packages.ownSourceFile && supportedSystem(facts))) return [];
  return [
    ...(packages.authorities ? [] : install(['ca-certificates'])),
    { kind: 'docker-repository', repository },
  ];
};

/** Which packages are still wanted, and from where. */
const installation = (goal: Goal, facts: HostFacts): Change[] => {
  const names = isDistro(goal, facts) ? (distroPackages(facts) ?? []) : DOCKER_PACKAGES;
  const packages = wanted(names, facts);
  return [...source(goal, facts, packages.length > 0), ...install(packages)];
};

/**
 * Engines before 27 need `ip6tables` (and `experimental` for it) to give containers IPv6; without it every
 * IPv6 client has the bridge's address. Only where no other containers would be restarted for it.
 */
const ipv6 = (goal: Goal, facts: HostFacts): Change[] => {
  const { foreignContainers, daemonJson, daemonJsonMode, daemonJsonStale } = facts.docker;
  const engine = comingEngine(goal.answers, facts);
  if (engine === '' || atLeast(engine, IPV6_BY_DEFAULT)) return [];
  if (!facts.addresses.some((address) => address.includes(':'))) return [];
  const config = daemonConfig(facts);
  if (!config || foreignContainers > 0) return [];
  const restart = facts.docker.engine !== '';
  const mode = daemonJson === '' ? 0o644 : daemonJsonMode;
  if (config.ip6tables === undefined) {
    const content = `${JSON.stringify({ ...config, experimental: true, ip6tables: true }, null, 2)}\n`;
    return [{ kind: 'docker-daemon-config', content, mode, restart }];
  }
  // Written by a run that ended before the restart.
  const unread = config.ip6tables && daemonJsonStale && restart;
  return unread ? [{ kind: 'docker-daemon-config', content: `${daemonJson}\n`, mode, restart }] : [];
};

/**
 * Interfaces whose IPv6 default route the kernel learned and would drop. Where accept_ra is 0 a network manager
 * listens to the router itself and goes on doing so.
 */
const keepRoute = ({ routerAdvertisements }: HostFacts): Change[] => {
  if (!routerAdvertisements.some(({ acceptRa }) => acceptRa === 1)) return [];
  const devices = routerAdvertisements.filter(({ acceptRa }) => acceptRa !== 0).map(({ dev }) => dev);
  return [{ kind: 'keep-ipv6-route', devices }];
};

export const docker: Step = {
  id: 'docker',
  title: 'Docker + Compose',
  changes(goal: Goal, { host }: Facts): Change[] {
    const route = keepRoute(host);
    const half = /docker|containerd|runc/.test(host.packages.audit);
    if (engineUsable(host) && !half) return [...route, ...source(goal, host, false), ...ipv6(goal, host)];

    const before: Change[] = [
      ...route,
      ...(host.packages.cloudInit === 'running' ? [{ kind: 'wait-for-cloud-init' } as const] : []),
      ...(host.packages.audit === '' ? [] : [{ kind: 'repair-dpkg' } as const]),
    ];
    // Until then it is open whose packages they are: the other ones would remove them.
    if (half) return before;
    // An engine that is there but silent is started before anything is judged by it.
    if (host.docker.dockerd && host.docker.engine === '') return [...before, { kind: 'start-docker' }];
    return [
      ...before,
      // Before the engine, so that it starts with it.
      ...ipv6(goal, host),
      ...installation(goal, host),
      ...(host.docker.engine === '' ? [{ kind: 'start-docker' } as const] : []),
    ];
  },
};
