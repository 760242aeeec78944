import type { RenderInput } from './desired.ts';
import { YamlTemplate } from './fill-yaml.ts';
import { hashOf } from './hash.ts';
import { CONFIG_LABEL, lockVariable, SERVICES, type Service, UID } from './layout.ts';
import { postgresCommand } from './postgres-command.ts';

/** What a service's hash depends on beside its definition: what it reads at its start and cannot reload. */
export type MountedContent = Readonly<Record<Service, readonly string[]>>;

export interface RenderedCompose {
  readonly text: string;
  /** SHA-256 in hex per service, also in its container's label. */
  readonly configHashes: Readonly<Record<Service, string>>;
}

/** From this major on the image wants the parent folder (docker-library/postgres, Dockerfile: VOLUME). */
const PARENT_DIRECTORY_SINCE = 18;

/** Compose reads `$` as the start of a variable; `$$` is the character. */
const literal = (value: string): string => value.replaceAll('$', '$$$$');

const user = (service: Service): string => `${UID[service].uid}:${UID[service].gid}`;

/** A tmpfs that belongs to the service's user; Docker's own default is root's. */
const ownTmpfs = (path: string, service: Service): string =>
  `${path}:uid=${UID[service].uid},gid=${UID[service].gid},mode=0700,size=16m`;

/** compose.yaml with a hash of each service in its container's label. */
export function renderCompose(
  input: RenderInput,
  template: string,
  mounted: MountedContent,
): RenderedCompose {
  const { release, budget, answers, ipv6 } = input;
  const yaml = new YamlTemplate(template);
  const service = (name: Service, ...rest: (string | number)[]) => ['services', name, ...rest];

  for (const name of SERVICES) {
    yaml.fill(service(name, 'image'), `\${${lockVariable(name)}:-${literal(release.images[name])}}`);
    yaml.fill(service(name, 'user'), user(name));
  }

  yaml.fill(service('postgres', 'command'), postgresCommand(budget.postgres).map(literal));
  yaml.fill(service('postgres', 'shm_size'), `${budget.postgres.shm}m`);
  yaml.fill(
    service('postgres', 'volumes', 0, 'target'),
    release.postgresMajor >= PARENT_DIRECTORY_SINCE ? '/var/lib/postgresql' : '/var/lib/postgresql/data',
  );
  yaml.fill(service('postgres', 'tmpfs', 0), ownTmpfs('/var/run/postgresql', 'postgres'));

  yaml.fill(service('caddy', 'tmpfs', 0), ownTmpfs('/run/caddy', 'caddy'));
  yaml.fill(service('caddy', 'tmpfs', 1), ownTmpfs('/config', 'caddy'));

  if (answers.federationCa === undefined) yaml.remove(service('synapse', 'environment'));
  if (!ipv6) yaml.empty(['networks', 'edge']);

  const configHashes = label(yaml, mounted);
  return { text: yaml.text(), configHashes };
}

/** Hashes each service as it stands, with its networks, then writes the hash into its labels. */
function label(yaml: YamlTemplate, mounted: MountedContent): Record<Service, string> {
  const networks = yaml.read(['networks']) as Record<string, unknown>;
  const entries = SERVICES.map((name) => {
    const definition = yaml.read(['services', name]) as { networks: string[] };
    const joined = definition.networks.map((network) => networks[network]);
    const hash = hashOf(definition, joined, mounted[name]);
    yaml.addMap(['services', name], 'labels', { [CONFIG_LABEL]: hash });
    return [name, hash] as const;
  });
  return Object.fromEntries(entries) as Record<Service, string>;
}
