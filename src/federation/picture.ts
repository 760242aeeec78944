import { count } from '../text/count.ts';
import { baseUrl } from './client-file.ts';
import type { Check } from './codes.ts';
import type { AddressEvidence, Evidence, Hop, Lookup } from './evidence.ts';
import { place, software } from './judge/address-words.ts';
import { details } from './judge/details.ts';
import type { Finding } from './judge/findings.ts';
import { readOpinion } from './judge/opinions.ts';
import { addressesOf, lookupFailure } from './network.ts';
import { printable } from './printable.ts';

/** unknown: not looked at, or nobody needs it. */
export type Mark = 'good' | 'warning' | 'bad' | 'unknown';

/** One line of the picture: name → well-known → host → address. Texts are safe to print. */
export interface Row {
  /** 0: the name; each step of the way is one deeper. */
  readonly depth: number;
  readonly mark: Mark;
  readonly name: string;
  /** What was seen there; may be empty. */
  readonly says: string;
  /** Worth a line only when it is not good, or when everything is asked for. */
  readonly detail: boolean;
}

/** The way that other servers go, as far as it was seen, marked by what was found there. Pure. */
export function picture(evidence: Evidence, findings: readonly Finding[]): Row[] {
  const renamed = findings.find((one) => one.code === 'MB-FED-022');
  // Somebody asked for the wrong name: that is all there is to see.
  if (renamed && findings.length === 1)
    return [row(0, 'bad', evidence.serverName, renamed.seen), ...evidence.addresses.map(reached)];
  return [
    nameRow(evidence, findings),
    ...evidence.hops.flatMap((hop) => hopRows(hop, findings)),
    ...(evidence.leftoverSrv ?? []).flatMap(({ name }) => leftoverRows(name, findings)),
    ...evidence.addresses.flatMap((one) => addressRows(one, evidence, findings)),
    ...clientRows(evidence, findings),
    ...opinionRows(evidence),
  ];
}

function row(depth: number, mark: Mark, name: string, says: string): Row {
  return { depth, mark, name: printable(name), says: printable(says, 300), detail: false };
}

const detail = (one: Row): Row => ({ ...one, detail: true });

function reached(one: AddressEvidence): Row {
  return row(1, 'unknown', place(one.target), software(one));
}

function nameRow({ serverName, hops }: Evidence, findings: readonly Finding[]): Row {
  const invalid = hops.find((hop) => hop.kind === 'invalid-name');
  return row(0, worst(about(findings, ['name'])), serverName, invalid?.reason ?? '');
}

function hopRows(hop: Hop, findings: readonly Finding[]): Row[] {
  switch (hop.kind) {
    case 'well-known': {
      const mark = worst(about(findings, ['well-known']));
      if (hop.delegated !== undefined) return [row(1, mark, 'well-known', `leads to ${hop.delegated}`)];
      return [row(1, mark === 'good' ? 'unknown' : mark, 'well-known', hop.fault?.detail ?? 'no answer')];
    }
    case 'srv': {
      const { outcome, records } = hop.answer;
      const here = about(findings, ['SRV']).filter(({ where }) => places(where).includes(hop.name));
      if (records.length > 0) {
        const targets = records.map(({ target, port }) => `${target || '.'}:${port}`);
        return [row(1, worst(here), hop.name, `leads to ${targets.join(', ')}`)];
      }
      const failed = outcome === 'SERVFAIL' || outcome === 'TIMEOUT';
      return [detail(row(1, failed ? worst(here) : 'unknown', hop.name, OUTCOMES[outcome]))];
    }
    case 'lookup':
      return hop.purpose === 'target' ? [hostRow(hop.lookup, findings)] : [];
    case 'cname': {
      const here = about(findings, ['SRV']).filter(({ where }) => places(where).includes(hop.name));
      return [detail(row(2, worst(here), hop.name, `is an alias of ${hop.target}`))];
    }
    default:
      return [];
  }
}

const OUTCOMES = {
  found: 'empty',
  NXDOMAIN: 'no such record',
  NODATA: 'no such record',
  SERVFAIL: 'the name servers fail (SERVFAIL)',
  TIMEOUT: 'the name servers do not answer',
} as const;

function hostRow(lookup: Lookup, findings: readonly Finding[]): Row {
  const failure = lookupFailure(lookup);
  const says = failure ? OUTCOMES[failure] : count(addressesOf(lookup).length, 'address', 'addresses');
  const here = about(findings, ['DNS']).filter(({ where }) => places(where).includes(lookup.name));
  return row(2, worst(here), lookup.name, says);
}

function leftoverRows(name: string, findings: readonly Finding[]): Row[] {
  const here = about(findings, ['SRV']).filter(({ where }) => places(where).includes(name));
  return here.map(({ seen }) => detail(row(1, worst(here), name, seen)));
}

function addressRows(one: AddressEvidence, evidence: Evidence, findings: readonly Finding[]): Row[] {
  const { target, skipped, tcp, version } = one;
  const names = [place(target), target.ip, ...(one.on443 ? [place(one.on443.target)] : [])];
  const here = findings.filter(({ where }) => places(where).some((name) => names.includes(name)));
  if (skipped === 'no-route')
    return [row(3, 'unknown', place(target), `not looked at: no IPv${target.family} route from here`)];
  if (skipped) return [row(3, 'unknown', place(target), 'not looked at, as asked')];
  const error = tcp?.error ?? version?.error;
  const says = error?.message.replace(`${target.ip} port ${target.port}: `, '') ?? seen(one);
  return [
    row(3, worst(here), place(target), says),
    ...details(one, evidence).map(({ check, says: good }) => {
      const found = here.filter((finding) => finding.check === check);
      const [first] = found;
      return detail(row(4, worst(found), check, first ? `${first.title} (${first.code})` : good));
    }),
  ];
}

function seen(one: AddressEvidence): string {
  return [one.tls?.protocol ?? 'TLS', software(one)].filter((part) => part !== '').join(', ');
}

function clientRows(evidence: Evidence, findings: readonly Finding[]): Row[] {
  const found = about(findings, ['clients']);
  const [first] = found;
  const base = evidence.clientWellKnown && baseUrl(evidence.clientWellKnown);
  const rows: Row[] = [];
  if (first) rows.push(row(1, worst(found), 'clients', first.seen));
  else if (base !== undefined) rows.push(row(1, 'good', 'clients', `are sent to ${base}`));
  else if (evidence.clientWellKnown)
    rows.push(detail(row(1, 'unknown', 'clients', 'no file for them: they have to be told the address')));
  const support = about(findings, ['support']);
  const status = evidence.support?.exchanges.at(-1)?.status;
  if (support[0]) rows.push(detail(row(1, worst(support), 'support', support[0].seen)));
  else if (status === 200) rows.push(detail(row(1, 'good', 'support', 'names a contact')));
  return rows;
}

const OPINION_MARKS = { agrees: 'good', disagrees: 'warning', unavailable: 'unknown' } as const;

function opinionRows({ opinions, serverName }: Evidence): Row[] {
  return (opinions ?? []).map((opinion) => {
    const { kind, says } = readOpinion(opinion, serverName);
    return row(0, OPINION_MARKS[kind], opinion.by, says);
  });
}

/** Rows of another vantage point, under a heading of their own. */
export function seenFrom(name: string, rows: readonly Row[]): Row[] {
  const mark = rows.some((one) => one.mark === 'bad') ? 'bad' : 'good';
  return [row(0, mark, name, ''), ...rows.map((one) => ({ ...one, depth: one.depth + 1 }))];
}

function about(findings: readonly Finding[], checks: readonly Check[]): Finding[] {
  return findings.filter((one) => checks.includes(one.check));
}

function places(where: string): string[] {
  return where.split(', ');
}

function worst(findings: readonly Finding[]): Mark {
  if (findings.some((one) => one.severity === 'error')) return 'bad';
  return findings.some((one) => one.severity === 'warning') ? 'warning' : 'good';
}
