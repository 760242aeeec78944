import type { AddressAnswer, Evidence, Hop, Lookup } from '../evidence.ts';
import { lookupFailure } from '../network.ts';
import { parseServerName } from '../server-name.ts';
import type { Findings } from './findings.ts';

/** What the lookups say by themselves. */
export function judgeDns(evidence: Evidence, out: Findings): void {
  for (const hop of evidence.hops) {
    if (hop.kind === 'lookup' && hop.purpose === 'target') judgeLookup(hop.lookup, out);
    else if (hop.kind === 'srv') judgeSrv(hop, out);
    else if (hop.kind === 'cname') {
      out.add('MB-FED-019', {
        where: hop.name,
        seen: `an alias of ${hop.target}`,
        fix: [`Point the SRV record at ${hop.target}, or give ${hop.name} A and AAAA records of its own`],
      });
    } else if (hop.kind === 'invalid-name') {
      out.add('MB-FED-110', {
        where: evidence.serverName,
        seen: hop.reason,
        fix: ['Give the part after the colon of a user id: example.org for @you:example.org'],
      });
    }
  }
}

/** Records that lead elsewhere than well-known does. A target of "." contradicts nobody who reads well-known. */
export function judgeLeftovers(evidence: Evidence, out: Findings): void {
  const file = evidence.hops.find((hop) => hop.kind === 'well-known');
  const delegated = file?.kind === 'well-known' ? file.delegated : undefined;
  if (delegated === undefined) return;
  const name = parseServerName(delegated);
  if ('invalid' in name) return;
  const port = name.port ?? 8448;
  for (const { name: where, answer } of evidence.leftoverSrv ?? []) {
    const other = answer.records.find(
      (one) =>
        one.target !== '' &&
        one.target !== '.' &&
        (bare(one.target) !== bare(name.host) || one.port !== port),
    );
    if (!other) continue;
    out.add('MB-FED-021', {
      where,
      seen: `it leads to ${other.target}:${other.port}, well-known to ${delegated}`,
      fix: [`Remove the SRV record ${where}: with a well-known nobody needs it`],
    });
  }
}

function bare(host: string): string {
  return host.replace(/\.$/, '').toLowerCase();
}

function judgeLookup(lookup: Lookup, out: Findings): void {
  const where = lookup.name;
  const failure = lookupFailure(lookup);
  if (failure === 'NXDOMAIN' || failure === 'NODATA') {
    const seen =
      failure === 'NXDOMAIN' ? 'the name does not exist (NXDOMAIN)' : 'neither an A nor an AAAA record';
    out.add('MB-FED-111', { where, seen, fix: [`Create an A record (and AAAA, with IPv6) for ${where}`] });
  } else if (failure) {
    // No answer at all may be this machine's own network; a failure is the domain's.
    const severity = failure === 'TIMEOUT' ? 'warning' : 'error';
    out.add('MB-FED-112', { where, seen: `${failure} for A and AAAA`, severity, fix: [NAME_SERVERS] });
  } else {
    for (const [type, answer] of [
      ['A', lookup.a],
      ['AAAA', lookup.aaaa],
    ] as const) {
      if (failed(answer))
        out.add('MB-FED-112', {
          where,
          seen: `${answer?.outcome} for ${type}`,
          severity: 'warning',
          fix: [NAME_SERVERS],
        });
    }
  }
}

/** The remedy for name servers that fail. */
export const NAME_SERVERS = "Check the domain's name servers and DNSSEC (delv NAME, or dnsviz.net)";

function failed(answer: AddressAnswer | undefined): boolean {
  return answer?.outcome === 'SERVFAIL' || answer?.outcome === 'TIMEOUT';
}

function judgeSrv(hop: Extract<Hop, { kind: 'srv' }>, out: Findings): void {
  const { outcome, records } = hop.answer;
  if (outcome === 'SERVFAIL' || outcome === 'TIMEOUT') {
    out.add('MB-FED-020', {
      where: hop.name,
      seen: outcome,
      severity: outcome === 'TIMEOUT' ? 'warning' : 'error',
      fix: [NAME_SERVERS, 'Or write the port in "m.server": with a port nobody asks for SRV records'],
    });
  }
  if (records.length > 0 && records.every((record) => record.target === '' || record.target === '.')) {
    out.add('MB-FED-132', {
      where: hop.name,
      seen: 'the target is "."',
      fix: ['Remove the SRV record, or point it at the homeserver'],
    });
  }
}
