import type { Code, Severity } from '../codes.ts';
import { type Delegation, readDelegation } from '../delegation.ts';
import type { Chain, Evidence, Exchange, WellKnownFault } from '../evidence.ts';
import { lookupFailure } from '../network.ts';
import { essence } from './answers.ts';
import { NAME_SERVERS } from './dns.ts';
import type { Findings } from './findings.ts';

/** Bytes. Source: tuwunel's resolver. */
const STRICT_LIMIT = 12 * 1024;

interface Attempt {
  readonly chain: Chain;
  readonly answer: Delegation;
  readonly ip: string;
}

/**
 * Well-known at every address.
 * @param works whether the server is found in spite of it: then a missing file is no error, because nobody needs it
 */
export function judgeWellKnown(evidence: Evidence, works: boolean, out: Findings): void {
  const hop = evidence.hops.find((one) => one.kind === 'well-known');
  if (!hop) return;
  const url = `https://${hop.host}/.well-known/matrix/server`;
  const expected = evidence.settings.own?.delegated;
  const attempts: Attempt[] = (evidence.wellKnown ?? [])
    .filter((chain) => chain.exchanges[0]?.error?.phase !== 'route')
    .map((chain) => ({ chain, answer: readDelegation(chain), ip: chain.exchanges[0]?.ip ?? '' }));
  const good = attempts.filter((one) => 'delegated' in one.answer);
  if (good.length === 0) {
    const harmless = works && expected === undefined;
    if (attempts.length === 0) judgeNoAddress(evidence, hop.host, harmless, out);
    for (const one of attempts)
      if ('fault' in one.answer) raiseFault(url, hop.host, one, one.answer.fault, harmless, evidence, out);
    return;
  }
  judgeDifferences(url, attempts, out);
  for (const one of good) judgeGood(url, one, out);
  const seen = good.map((one) => ('delegated' in one.answer ? one.answer.delegated : ''));
  const stale = seen.find((delegated) => expected !== undefined && delegated !== expected);
  if (stale !== undefined) {
    out.add('MB-FED-034', {
      where: url,
      seen: `"m.server" is ${stale}, it should be ${expected}`,
      fix: [publish(url, expected)],
    });
  }
}

function judgeNoAddress(evidence: Evidence, host: string, harmless: boolean, out: Findings): void {
  // Without a route no attempt is left either, and that is no fault of the name's.
  if ((evidence.wellKnown ?? []).length > 0) return;
  const lookups = evidence.hops.filter((hop) => hop.kind === 'lookup' && hop.lookup.name === host);
  // When it is the homeserver's name too, then judgeDns has said so.
  if (lookups.some((hop) => hop.kind === 'lookup' && hop.purpose === 'target')) return;
  const asked = lookups.find((hop) => hop.kind === 'lookup');
  const failure = asked?.kind === 'lookup' ? lookupFailure(asked.lookup) : undefined;
  if (failure === 'SERVFAIL' || failure === 'TIMEOUT') {
    const severity = failure === 'TIMEOUT' || harmless ? 'warning' : 'error';
    out.add('MB-FED-112', { where: host, seen: `${failure} for A and AAAA`, severity, fix: [NAME_SERVERS] });
    return;
  }
  out.add('MB-FED-102', {
    where: host,
    seen: 'the name has no address',
    ...(harmless ? { severity: 'info' as const } : {}),
    fix: [`Create A and AAAA records for ${host}`, `Publish https://${host}/.well-known/matrix/server there`],
  });
}

function judgeDifferences(url: string, attempts: readonly Attempt[], out: Findings): void {
  const said = attempts.map(({ ip, answer }) => ({
    ip,
    says: 'delegated' in answer ? answer.delegated : answer.fault.detail,
  }));
  if (new Set(said.map((one) => one.says)).size < 2) return;
  out.add('MB-FED-017', {
    where: url,
    seen: said.map(({ ip, says }) => `${ip}: ${says.slice(0, 80)}`).join('; '),
    fix: [
      'Serve the same file at every A and AAAA address of the name, or remove the records of the addresses that do not',
    ],
  });
}

function judgeGood(url: string, { chain }: Attempt, out: Findings): void {
  const redirects = chain.exchanges.slice(0, -1);
  for (const hop of redirects) judgeRedirect(url, hop, out);
  const last = chain.exchanges.at(-1);
  if (!last) return;
  const type = essence(last);
  if (type !== undefined && type !== 'application/json') {
    const seen = type === '' ? 'no Content-Type' : `Content-Type: ${type}`;
    out.add('MB-FED-105', { where: last.url, seen, fix: ['Serve it with Content-Type: application/json'] });
  }
  const bytes = Buffer.byteLength(last.body ?? '');
  if (bytes > STRICT_LIMIT) {
    out.add('MB-FED-104', {
      where: last.url,
      seen: `${bytes} bytes`,
      severity: 'warning',
      fix: ['Publish only "m.server"'],
    });
  }
}

function judgeRedirect(url: string, hop: Exchange, out: Findings): void {
  if (hop.status === 308) {
    out.add('MB-FED-003', {
      where: hop.url,
      seen: 'HTTP 308',
      fix: ['Redirect with 301 or 302, or serve the file directly'],
    });
  }
  const to = redirectTarget(hop);
  if (to && to.host !== new URL(url).host) {
    out.add('MB-FED-002', {
      where: hop.url,
      seen: `a redirect to ${to.href}, which answers`,
      severity: 'info',
      fix: [exempt(to.host)],
    });
  }
}

function redirectTarget(hop: Exchange): URL | undefined {
  const location = hop.headers?.location;
  return location && URL.canParse(location, hop.url) ? new URL(location, hop.url) : undefined;
}

function exempt(host: string): string {
  return `Exempt /.well-known/matrix/ from the redirect to ${host}`;
}

function publish(url: string, delegated = 'HOMESERVER:443'): string {
  return `Publish ${url} with {"m.server": "${delegated}"}`;
}

function raiseFault(
  url: string,
  host: string,
  { chain, ip }: Attempt,
  fault: WellKnownFault,
  harmless: boolean,
  evidence: Evidence,
  out: Findings,
): void {
  const last = chain.exchanges.at(-1);
  const expected = evidence.settings.own?.delegated;
  const where = last?.url ?? url;
  const add = (
    code: Code,
    seen: string,
    fix: readonly string[],
    severity: Severity = harmless ? 'warning' : 'error',
  ) => out.add(code, { where, seen, fix, severity });
  const away = chain.exchanges
    .slice(0, -1)
    .map(redirectTarget)
    .find((to) => to !== undefined && to.host !== host);
  if (chain.exchanges.some((one) => one.status === 308)) {
    add('MB-FED-003', 'HTTP 308', ['Redirect with 301 or 302, or serve the file directly'], 'warning');
  }
  if (chain.stopped === 'loop') {
    add('MB-FED-004', `${url} comes back to ${where}`, [`Break the circle: serve ${url} directly`]);
  } else if (last?.headers?.['cf-mitigated'] !== undefined) {
    add('MB-FED-010', `HTTP ${last.status}, cf-mitigated`, [
      `Cloudflare: turn off bot fight mode and challenges for ${host}`,
    ]);
  } else if (away) {
    add('MB-FED-002', `redirected to ${away.href}: ${fault.detail}`, [
      exempt(away.host),
      publish(url, expected),
    ]);
  } else if (fault.kind === 'html') {
    add('MB-FED-001', `a web page: ${fault.detail}`, [
      `${host} serves its website here; add a route for /.well-known/matrix/ before the catch-all`,
      publish(url, expected),
    ]);
  } else if (fault.kind === 'status' && (last?.status === 404 || last?.status === 410)) {
    // Nobody needs a file when the server is found without it.
    add('MB-FED-101', fault.detail, [publish(url, expected)], harmless ? 'info' : 'error');
  } else if (fault.kind === 'bad-m.server') {
    add(
      'MB-FED-005',
      fault.detail,
      ['Write host:port only: {"m.server": "matrix.example.org:443"}'],
      'error',
    );
  } else if (fault.kind === 'json') {
    add('MB-FED-006', fault.detail, [`Correct the JSON: {"m.server": "${expected ?? 'HOMESERVER:443'}"}`]);
  } else if (fault.kind === 'unreachable' || fault.kind === 'certificate') {
    add('MB-FED-102', `${ip}: ${fault.detail}`, [
      `Let ${host} answer on port 443 with a certificate for ${host}`,
      publish(url, expected),
    ]);
  } else if (fault.kind === 'too-large') {
    add('MB-FED-104', fault.detail, ['Publish only "m.server"']);
  } else {
    add('MB-FED-103', fault.detail, [publish(url, expected)]);
  }
}
