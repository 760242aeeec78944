import type { Profile } from './codes.ts';
import type { AddressEvidence, Evidence } from './evidence.ts';
import { judgeAddress } from './judge/address.ts';
import { judgeClient } from './judge/client.ts';
import { judgeDns, judgeLeftovers } from './judge/dns.ts';
import { type Finding, Findings } from './judge/findings.ts';
import { judgeOpinions } from './judge/opinions.ts';
import { asTesterSees, judgeTester } from './judge/tester.ts';
import { judgeWellKnown } from './judge/wellknown.ts';
import { picture, type Row } from './picture.ts';
import { withRecipes } from './recipe-for.ts';

export type { Profile } from './codes.ts';
export type { Finding } from './judge/findings.ts';

export interface Verdict {
  /** green: other servers can federate. red: some or all cannot. unknown: nothing could be seen from here. */
  readonly verdict: 'green' | 'red' | 'unknown';
  readonly profile: Profile;
  /** The first one is the first to be fixed. */
  readonly findings: readonly Finding[];
  /** The way and each address, line by line. Safe to print. */
  readonly picture: readonly Row[];
}

/**
 * What the evidence means. Pure: the time is that of the evidence, so an old document gives the old verdict.
 */
export function judge(everything: Evidence, profile: Profile = 'spec'): Verdict {
  const evidence = profile === 'go' ? asTesterSees(everything) : everything;
  const now = Date.parse(evidence.started);
  const addresses = new Findings(profile);
  judgeDns(evidence, addresses);
  for (const one of evidence.addresses) judgeAddress(one, evidence, now, addresses);
  const looked = evidence.addresses.filter((one) => !one.skipped);
  const works = looked.length > 0 && !hasError(addresses.all());
  const wellKnown = new Findings(profile);
  judgeWellKnown(evidence, works, wellKnown);
  judgeLeftovers(evidence, wellKnown);
  const client = new Findings(profile);
  judgeClient(evidence, client);
  const opinions = new Findings(profile);
  judgeOpinions(evidence, opinions);
  const clean = !hasError(wellKnown.all()) && !hasError(addresses.all());
  if (profile === 'go' && clean) judgeTester(everything, addresses);
  const all = [...wellKnown.all(), ...addresses.all(), ...client.all(), ...opinions.all()];
  const sifted = sift(all, looked);
  const findings = withRecipes(sifted, evidence);
  return conclude(evidence, profile, findings, looked);
}

function conclude(
  evidence: Evidence,
  profile: Profile,
  findings: readonly Finding[],
  looked: readonly AddressEvidence[],
): Verdict {
  if (hasError(findings)) return { verdict: 'red', profile, findings, picture: picture(evidence, findings) };
  if (looked.length > 0) return { verdict: 'green', profile, findings, picture: picture(evidence, findings) };
  const nothing = new Findings(profile);
  nothing.add('MB-FED-136', {
    where: evidence.serverName,
    seen:
      evidence.addresses.length > 0
        ? 'no address could be reached from this machine'
        : 'no address came out of DNS',
    fix: ['Check again from another machine or with another DNS server (--dns)'],
  });
  const all = [...findings, ...nothing.all()];
  return { verdict: 'unknown', profile, findings: all, picture: picture(evidence, all) };
}

/**
 * Errors first. And when every homeserver that was reached says that it has another name, then that is all there is
 * to say: somebody asked for the wrong name, and the rest would be false alarms about it.
 */
function sift(findings: readonly Finding[], looked: readonly AddressEvidence[]): Finding[] {
  const renamed = findings.filter((one) => one.code === 'MB-FED-022');
  const places = new Set(renamed.flatMap((one) => one.where.split(', ')));
  if (looked.length > 0 && places.size >= looked.length) return renamed;
  const rank = { error: 0, warning: 1, info: 2 };
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

function hasError(findings: readonly Finding[]): boolean {
  return findings.some((one) => one.severity === 'error');
}
