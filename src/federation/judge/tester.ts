import { covers } from '../certificate-name.ts';
import type { AddressEvidence, Evidence, Hop } from '../evidence.ts';
import { bracketed } from '../ip.ts';
import { isObject, type Json } from '../json.ts';
import { parseServerName } from '../server-name.ts';
import type { Findings } from './findings.ts';
import { read } from './read.ts';

/**
 * The evidence as the public tester has it: its own way to the server, and nothing of what only the owner knows.
 * Evidence that was gathered without that way keeps the specification's.
 */
export function asTesterSees(evidence: Evidence): Evidence {
  const { own: _, ...settings } = evidence.settings;
  const { wellKnown, ...rest } = evidence;
  if (!evidence.tester) return { ...evidence, settings };
  return { ...rest, ...evidence.tester, settings };
}

/** What makes the tester say no where no single address is at fault. */
export function judgeTester(evidence: Evidence, out: Findings): void {
  const { tester, serverName } = evidence;
  if (!tester || 'invalid' in parseServerName(serverName)) return;
  const fix = ['Nothing: the specification is followed'];
  if (tester.addresses.length === 0) {
    out.add('MB-FED-133', { where: serverName, seen: 'it finds no address', fix });
    return;
  }
  // The version is fetched by the library, which knows the newer SRV record; the keys are not.
  const padded = tester.addresses.find(({ keys }) => keys && hasPadding(keys.body ?? ''));
  if (padded) {
    const where = bracketed(padded.target.ip);
    out.add('MB-FED-133', { where, seen: 'base64 with padding in the keys, which it cannot read', fix });
    return;
  }
  const same = delegation(tester.hops) === delegation(evidence.hops) && evidence.addresses.length > 0;
  const asked = same ? evidence.addresses : tester.addresses;
  if (asked.some((one) => one.skipped) || asked.some(givesVersion)) return;
  const seen = 'it gets no version where the specification leads to';
  out.add('MB-FED-133', { where: serverName, seen, fix: ['See what is wrong in the profile "spec"'] });
}

function delegation(hops: readonly Hop[]): string | undefined {
  const file = hops.find((hop) => hop.kind === 'well-known');
  return file?.kind === 'well-known' ? file.delegated : undefined;
}

/** The library reads base64 without padding only, in keys and signatures. */
function hasPadding(body: string): boolean {
  const document = read(body);
  if (typeof document === 'string') return false;
  const under = (value: Json | undefined) => (isObject(value) ? [...value.values()] : []);
  const keys = [document.get('verify_keys'), document.get('old_verify_keys')]
    .flatMap(under)
    .map((one) => (isObject(one) ? one.get('key') : undefined));
  const signatures = under(document.get('signatures')).flatMap(under);
  return [...keys, ...signatures].some((text) => typeof text === 'string' && text.endsWith('='));
}

/** The library insists on the certificate, and on the kinds of the fields that are there. */
function givesVersion({ version, tls, target }: AddressEvidence): boolean {
  const document = version?.status === 200 ? read(version.body ?? '') : 'none';
  if (typeof document === 'string' || !tls?.leafPem || tls.authorizationError) return false;
  const server = document.get('server') ?? null;
  const fits =
    server === null || (isObject(server) && ['name', 'version'].every((field) => isText(server.get(field))));
  return fits && covers(tls.leafPem, target.certificateName);
}

function isText(value: Json | undefined): boolean {
  return value === undefined || value === null || typeof value === 'string';
}
