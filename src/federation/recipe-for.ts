import type { Check } from './codes.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './judge/findings.ts';
import { type Places, recipe, type Software } from './recipes.ts';
import { parseServerName } from './server-name.ts';
import { type Spot, serverSoftware } from './server-software.ts';

/** Findings about files of the server name; the others are about the homeserver's own place. */
const AT_THE_NAME: readonly Check[] = ['well-known', 'clients', 'support'];

/**
 * The findings with the lines for the web server that answers there, where its answers name it. The homeserver of our
 * own is behind our own router, whose configuration nobody writes by hand, unless a proxy of the operator's is before it.
 */
export function withRecipes(findings: readonly Finding[], evidence: Evidence): Finding[] {
  const places = placesOf(evidence);
  return findings.map((finding) => {
    const spot: Spot = AT_THE_NAME.includes(finding.check) ? 'name' : 'homeserver';
    const software = softwareAt(evidence, spot);
    const lines = software && recipe(finding.code, software, places);
    return software && lines ? { ...finding, recipe: { software, lines } } : finding;
  });
}

/** The web server whose lines are the operator's to write; before our own server the answers know better than headers. */
function softwareAt(evidence: Evidence, spot: Spot): Software | undefined {
  const { own } = evidence.settings;
  if (own === undefined || spot === 'name') return serverSoftware(evidence, spot);
  return own.proxy && (own.proxy.software ?? serverSoftware(evidence, spot));
}

/** Names to fill in; a name that is not known yet is the customary one. */
function placesOf(evidence: Evidence): Places {
  const upstream = evidence.settings.own?.proxy?.upstream;
  return { ...namesOf(evidence), ...(upstream !== undefined && { upstream }) };
}

function namesOf(evidence: Evidence): Omit<Places, 'upstream'> {
  const name = parseServerName(evidence.serverName);
  const domain = 'invalid' in name ? 'example.org' : name.host;
  const file = evidence.hops.find((hop) => hop.kind === 'well-known');
  const found = file?.kind === 'well-known' ? file.delegated : undefined;
  const delegated = parseServerName(evidence.settings.own?.delegated ?? found ?? '');
  if (!('invalid' in delegated)) return { domain, host: delegated.host, port: delegated.port ?? 8448 };
  const [first] = evidence.addresses;
  if (first && !first.tcp?.error) return { domain, host: domain, port: first.target.port };
  return { domain, host: `matrix.${domain}`, port: 443 };
}
