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
  MINIMUM_ENGINE,
} from '../plan/docker-support.ts';
import type { Facts, HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { atLeast } from '../plan/version.ts';
import type { Step } from './step.ts';

/** Which packages are still wanted, and from where. */
const installation = (goal: Goal, facts: HostFacts): Change[] => {
  const hasDockerCe = facts.packages.installed['docker-ce'] !== undefined;
  const engineThere = atLeast(facts.docker.engine, MINIMUM_ENGINE);
  // An engine of the distribution stays with its own packages; Docker's would remove it.
  const distro = !hasDockerCe && (engineThere || goal.answers.dockerSource === 'distro');
  if (distro) {
    const packages = (distroPackages(facts) ?? []).filter((name) => !facts.packages.installed[name]);
    return packages.length > 0 ? [{ kind: 'install-packages', packages, refresh: true }] : [];
  }
  const packages = DOCKER_PACKAGES.filter((name) => !facts.packages.installed[name]);
  if (packages.length === 0) return [];
  const repository: Change[] =
    facts.packages.dockerSources.length === 0
      ? [{ kind: 'docker-repository', repository: dockerRepository(goal.answers, facts) }]
      : [];
  return [...repository, { kind: 'install-packages', packages, refresh: true }];
};

/**
 * Engines before 27 need `ip6tables` (and `experimental` for it) to give containers IPv6; without it every
 * IPv6 client has the bridge's address. Only where no other containers would be restarted for it.
 */
const ipv6 = (goal: Goal, facts: HostFacts): Change[] => {
  const { foreignContainers } = facts.docker;
  const engine = comingEngine(goal.answers, facts);
  if (engine === '' || atLeast(engine, IPV6_BY_DEFAULT)) return [];
  if (!facts.addresses.some((address) => address.includes(':'))) return [];
  const config = daemonConfig(facts);
  if (!config || config.ip6tables !== undefined || foreignContainers > 0) return [];
  const content = `${JSON.stringify({ ...config, experimental: true, ip6tables: true }, null, 2)}\n`;
  return [{ kind: 'docker-daemon-config', content, restart: facts.docker.engine !== '' }];
};

export const docker: Step = {
  id: 'docker',
  title: 'Docker + Compose',
  changes(goal: Goal, { host }: Facts): Change[] {
    const changes: Change[] = [];
    const devices = host.routerAdvertisements.filter(({ acceptRa }) => acceptRa !== 2).map(({ dev }) => dev);
    if (devices.length > 0) changes.push({ kind: 'keep-ipv6-route', devices });
    if (engineUsable(host)) return [...changes, ...ipv6(goal, host)];

    if (host.packages.cloudInit === 'running') changes.push({ kind: 'wait-for-cloud-init' });
    if (host.packages.audit !== '') changes.push({ kind: 'repair-dpkg' });
    // Before the engine, so that it starts with it.
    changes.push(...ipv6(goal, host), ...installation(goal, host));
    if (host.docker.engine === '' || !atLeast(host.docker.compose, MINIMUM_COMPOSE)) {
      changes.push({ kind: 'start-docker' });
    }
    return changes;
  },
};
