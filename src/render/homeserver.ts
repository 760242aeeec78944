import type { ProcessBudget } from '../sizing/budget.ts';
import { allowedCidr, allowedHost, allowedMail, allowedServerName } from './allowed.ts';
import { databaseArgs } from './database-place.ts';
import type { RenderInput } from './desired.ts';
import { YamlTemplate, type YamlValue } from './fill-yaml.ts';
import { UPLOAD_LIMIT } from './limits.ts';
import { modulesSetting } from './moderation.ts';
import { cacheSettings, replicationListener, sharedWorkerSettings, workersOf } from './workers.ts';

/** Addresses to listen on. Binding :: fails on a kernel without IPv6 (ipv6.disable=1), and Synapse then does not start. */
export const listenAddresses = (ipv6: boolean): string[] => (ipv6 ? ['::', '0.0.0.0'] : ['0.0.0.0']);

/** homeserver.yaml: complete, with no secret in it (`--no-secrets-in-config` holds). Read by every process. */
export function renderHomeserver(input: RenderInput, template: string): string {
  const { answers, budget, ipv6 } = input;
  const main = mainOf(budget.processes);
  const yaml = new YamlTemplate(template);

  yaml.fill(['server_name'], allowedHost(answers.domain));
  yaml.fill(['public_baseurl'], `https://${allowedHost(answers.matrixHost)}/`);
  yaml.fill(['listeners', 0, 'bind_addresses'], listenAddresses(ipv6));
  if (workersOf(budget).length === 0) yaml.remove(['listeners', 1]);
  else yaml.fill(['listeners', 1], replicationListener(listenAddresses(ipv6)));
  yaml.fill(['database', 'args'], databaseConnection(input, main));
  yaml.fill(['caches'], cacheSettings(main));
  yaml.fill(['max_upload_size'], UPLOAD_LIMIT.synapse);
  yaml.fill(['presence', 'enabled'], budget.presence);

  if (answers.email === undefined) yaml.remove(['admin_contact']);
  else yaml.fill(['admin_contact'], `mailto:${allowedMail(answers.email)}`);

  if (budget.remoteRoomComplexity === undefined) yaml.remove(['limit_remote_rooms']);
  else yaml.fill(['limit_remote_rooms', 'complexity'], budget.remoteRoomComplexity);

  yaml.fill(['enable_registration'], answers.registration === 'invite');
  const modules = modulesSetting(answers);
  if (modules === undefined) yaml.remove(['modules']);
  else yaml.fill(['modules'], modules);
  openness(yaml, input);
  privateFederation(yaml, answers.federateWith.map(allowedCidr));
  for (const [key, value] of Object.entries(sharedWorkerSettings(budget))) {
    if (value === undefined) yaml.remove([key]);
    else yaml.fill([key], value);
  }
  return yaml.text();
}

export function mainOf(processes: readonly ProcessBudget[]): ProcessBudget {
  const main = processes.find(({ role }) => role === 'main');
  if (!main) throw new Error('a budget has a main process');
  return main;
}

/** `database` as a process sees it, with its own pool. */
export const databaseConnection = (
  { database }: RenderInput,
  { poolMin, poolMax }: ProcessBudget,
): Record<string, YamlValue> => ({
  ...databaseArgs(database),
  // Connections that are kept open, and the most that are opened.
  cp_min: poolMin,
  cp_max: poolMax,
});

/** With an empty list the server talks to nobody (manual, `federation_domain_whitelist`). */
function openness(yaml: YamlTemplate, { answers }: RenderInput): void {
  if (answers.federation === 'open') yaml.remove(['federation_domain_whitelist']);
  else yaml.fill(['federation_domain_whitelist'], answers.federationAllow.map(allowedServerName));
}

/**
 * `ip_range_whitelist` holds for federation too, as long as the old `federation_ip_range_blacklist` is not set
 * (synapse/config/server.py, ServerConfig.read_config). A closed network does not reach matrix.org, and
 * needs no third party for keys: with an empty list Synapse asks the servers themselves (manual, `trusted_key_servers`).
 */
function privateFederation(yaml: YamlTemplate, networks: readonly string[]): void {
  if (networks.length === 0) {
    yaml.remove(['ip_range_whitelist']);
    return;
  }
  yaml.fill(['ip_range_whitelist'], networks);
  yaml.empty(['trusted_key_servers'], ' Private federation: keys are asked from the servers themselves.');
  yaml.remove(['suppress_key_server_warning']);
}
