import { MODERATION_BOTS } from '../answers/answers.ts';
import { dataEnvironment, POSTGRES_DATA } from '../releases/postgres.ts';
import { allowedListen } from './allowed.ts';
import type { RenderInput } from './desired.ts';
import { YamlTemplate } from './fill-yaml.ts';
import { hashOf } from './hash.ts';
import {
  CONFIG_LABEL,
  type Component,
  lockVariable,
  ROUTER_PORT,
  type Service,
  serviceOf,
  UID,
} from './layout.ts';
import { postgresCommand } from './postgres-command.ts';
import { workersOf } from './workers.ts';

export interface RenderedCompose {
  readonly text: string;
  /** SHA-256 in hex per service, also in its container's label. */
  readonly configHashes: ReadonlyMap<Service, string>;
}

/** Compose reads `$` as the start of a variable; `$$` is the character. */
const literal = (value: string): string => value.replaceAll('$', '$$$$');

const user = (component: Component): string => `${UID[component].uid}:${UID[component].gid}`;

/** A tmpfs that belongs to the service's user; Docker's own default is root's. */
const ownTmpfs = (path: string, component: Component): string =>
  `${path}:uid=${UID[component].uid},gid=${UID[component].gid},mode=0700,size=16m`;

const at = (name: Service, ...rest: (string | number)[]) => ['services', name, ...rest];

/**
 * compose.yaml with a hash of each service in its container's label. `mounted` is what a service reads at its start
 * and cannot reload: its hash depends on that beside its definition.
 */
export function renderCompose(
  input: RenderInput,
  template: string,
  mounted: (service: Service) => readonly string[],
): RenderedCompose {
  const { release, answers, ipv6, budget } = input;
  const yaml = new YamlTemplate(template);
  const components = componentsOf(input);

  for (const name of components) {
    yaml.fill(at(name, 'image'), `\${${lockVariable(name)}:-${literal(release.images[name])}}`);
    yaml.fill(at(name, 'user'), user(name));
  }
  fillPostgres(yaml, input);
  yaml.fill(at('caddy', 'tmpfs', 0), ownTmpfs('/run/caddy', 'caddy'));
  yaml.fill(at('caddy', 'tmpfs', 1), ownTmpfs('/config', 'caddy'));

  // First: it takes away what stands behind the client's.
  fillModeration(yaml, input);
  fillClient(yaml, input);
  if (answers.proxy !== undefined) {
    // Nothing in public: the proxy that holds the public ports hands requests on to there.
    yaml.replace(at('caddy', 'ports'), [`${allowedListen(answers.proxy.listen)}:${ROUTER_PORT}`]);
  }
  fillEnvironment(yaml, input);
  if (!ipv6) yaml.empty(['networks', 'edge']);

  const workers = workersOf(budget).map(({ name }) => name);
  for (const name of workers) addWorker(yaml, name);
  const [first] = workers;
  if (first !== undefined)
    yaml.comment(at(serviceOf(first)), ' Workers: as the main process, but for what they run.');

  const configHashes = label(yaml, [...components, ...workers.map(serviceOf)], mounted);
  return { text: yaml.text(), configHashes };
}

/** The services that are no workers. */
export const componentsOf = ({
  database,
  answers,
}: Pick<RenderInput, 'database' | 'answers'>): Component[] => [
  ...(database.kind === 'here' ? (['postgres'] as const) : []),
  'redis',
  'synapse',
  'caddy',
  ...(answers.client === undefined ? [] : [answers.client.name]),
  ...(answers.moderation === undefined ? [] : [answers.moderation]),
];

/** The one web client that is wanted, with the way to it from Caddy; neither, nor the page beside it, without one. */
function fillClient(yaml: YamlTemplate, { answers: { client } }: RenderInput): void {
  for (const name of ['element', 'cinny'] as const) if (client?.name !== name) yaml.remove(at(name));
  if (client !== undefined) return;
  yaml.remove(at('caddy', 'networks', 1));
  yaml.remove(at('caddy', 'volumes', 3));
  yaml.remove(['networks', 'web']);
}

/** The one moderation bot that is wanted, with the network that it shares with Caddy and Synapse; neither without one. */
function fillModeration(yaml: YamlTemplate, { answers: { moderation } }: RenderInput): void {
  for (const name of MODERATION_BOTS) {
    if (moderation === name) yaml.fill(at(name, 'tmpfs', 0), ownTmpfs('/tmp', name));
    else yaml.remove(at(name));
  }
  if (moderation !== undefined) return;
  yaml.remove(at('synapse', 'networks', 2));
  yaml.remove(at('caddy', 'networks', 2));
  yaml.remove(['networks', 'moderation']);
}

/** Private authorities are in the template; where the module for a moderation bot is found comes beside them. */
function fillEnvironment(yaml: YamlTemplate, { answers: { federationCa, moderation } }: RenderInput): void {
  const environment = at('synapse', 'environment');
  const module = { PYTHONPATH: '/config' };
  if (federationCa !== undefined) {
    if (moderation !== undefined) yaml.add(environment, 'PYTHONPATH', module.PYTHONPATH);
    return;
  }
  yaml.remove(environment);
  if (moderation === undefined) return;
  yaml.add(at('synapse'), 'environment', module);
  yaml.comment(environment, ' Where the module for the moderation bot is found.');
}

function fillPostgres(yaml: YamlTemplate, { budget, release, database }: RenderInput): void {
  if (database.kind === 'elsewhere') {
    yaml.remove(at('postgres'));
    yaml.remove(at('synapse', 'depends_on', 'postgres'));
    return;
  }
  if (budget.postgres === undefined) throw new Error('a budget with the database here has a plan for it');
  yaml.fill(at('postgres', 'command'), postgresCommand(budget.postgres).map(literal));
  yaml.fill(at('postgres', 'shm_size'), `${budget.postgres.shm}m`);
  yaml.fill(at('postgres', 'volumes', 0, 'target'), POSTGRES_DATA);
  const environment = dataEnvironment(release);
  if (environment !== undefined) yaml.add(at('postgres'), 'environment', environment);
  yaml.fill(at('postgres', 'tmpfs', 0), ownTmpfs('/var/run/postgresql', 'postgres'));
}

/** conf.d is read last, by every process: what the operator says there wins everywhere. */
const addWorker = (yaml: YamlTemplate, name: string): void =>
  yaml.addMerged(['services'], serviceOf(name), 'synapse', {
    depends_on: { synapse: { condition: 'service_healthy' } },
    // Waits for the main process also where Compose is not there to do it, as after a reboot.
    entrypoint: ['/bin/sh', '/config/start-worker.sh'],
    command: [
      'run',
      '-m',
      'synapse.app.generic_worker',
      '--config-path=/config/homeserver.yaml',
      `--config-path=/config/workers/${name}.yaml`,
      '--config-path=/conf.d',
    ],
  });

/** Hashes each service as it stands, with its networks, then writes the hash into its labels. */
function label(
  yaml: YamlTemplate,
  services: readonly Service[],
  mounted: (service: Service) => readonly string[],
): Map<Service, string> {
  const networks = yaml.read(['networks']) as Record<string, unknown>;
  const hashes = new Map(
    services.map((name) => {
      const definition = yaml.read(at(name)) as { networks: string[] };
      const joined = definition.networks.map((network) => networks[network]);
      return [name, hashOf(definition, joined, mounted(name))] as const;
    }),
  );
  for (const [name, hash] of hashes) yaml.add(at(name), 'labels', { [CONFIG_LABEL]: hash });
  return hashes;
}
