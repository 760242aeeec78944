import { allowedCidr, allowedHost, allowedMail } from './allowed.ts';
import type { RenderInput } from './desired.ts';
import { YamlTemplate } from './fill-yaml.ts';
import { UPLOAD_LIMIT } from './limits.ts';

/** homeserver.yaml: complete, with no secret in it (`--no-secrets-in-config` holds). */
export function renderHomeserver({ answers, budget, ipv6 }: RenderInput, template: string): string {
  const [main] = budget.processes;
  if (!main) throw new Error('a budget has at least one process');
  const yaml = new YamlTemplate(template);

  yaml.fill(['server_name'], allowedHost(answers.domain));
  yaml.fill(['public_baseurl'], `https://${allowedHost(answers.matrixHost)}/`);
  // Binding :: fails on a kernel without IPv6 (ipv6.disable=1), and Synapse then does not start.
  yaml.fill(['listeners', 0, 'bind_addresses'], ipv6 ? ['::', '0.0.0.0'] : ['0.0.0.0']);
  yaml.fill(['database', 'args', 'cp_min'], main.poolMin);
  yaml.fill(['database', 'args', 'cp_max'], main.poolMax);
  yaml.fill(['caches', 'global_factor'], main.cacheFactor);
  yaml.fill(['max_upload_size'], UPLOAD_LIMIT.synapse);
  yaml.fill(['presence', 'enabled'], budget.presence);

  if (answers.email === undefined) yaml.remove(['admin_contact']);
  else yaml.fill(['admin_contact'], `mailto:${allowedMail(answers.email)}`);

  if (budget.remoteRoomComplexity === undefined) yaml.remove(['limit_remote_rooms']);
  else yaml.fill(['limit_remote_rooms', 'complexity'], budget.remoteRoomComplexity);

  privateFederation(yaml, answers.federateWith.map(allowedCidr));
  return yaml.text();
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
