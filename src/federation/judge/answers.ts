import type { AddressEvidence, Exchange, Settings, Target } from '../evidence.ts';
import { isObject } from '../json.ts';
import type { Findings } from './findings.ts';
import { judgeKeys } from './keys.ts';
import { read } from './read.ts';

/** Milliseconds that peers wait for keys. Source: Synapse, keyring.py, and gomatrixserverlib. */
const PATIENCE = 10_000;
const SKEW_SECONDS = 60;

export interface AnswersCase {
  readonly where: string;
  readonly serverName: string;
  readonly now: number;
  readonly settings: Settings;
}

/** What an address said over HTTP: version and keys. */
export function judgeAnswers(evidence: AddressEvidence, about: AnswersCase, out: Findings): void {
  const { version, keys, target } = evidence;
  judgeClock(version ?? keys, about, out);
  const trouble = version && httpTrouble(version);
  if (trouble && version) {
    raiseTrouble(version, trouble, target, about, out);
    // The same fault twice is no news; a second, different one is.
    if (keys && httpTrouble(keys)?.seen === trouble.seen) return;
  } else if (version) judgeVersion(version, about, out);
  if (keys) judgeKeysAnswer(keys, target, about, out);
}

function judgeVersion(version: Exchange, { where }: AnswersCase, out: Findings): void {
  const document = read(version.body ?? '');
  if (typeof document === 'string') {
    out.add('MB-FED-119', { where, seen: `${version.url}: ${document}`, fix: [ROUTE] });
    return;
  }
  const server = document.get('server');
  const fields = ['name', 'version'].filter(
    (field) => typeof (isObject(server) ? server.get(field) : undefined) !== 'string',
  );
  if (fields.length > 0) {
    out.add('MB-FED-120', {
      where,
      seen: `no ${fields.join(' and no ')}`,
      fix: ['Nothing urgent: other servers only display it'],
    });
  }
}

function judgeKeysAnswer(keys: Exchange, target: Target, about: AnswersCase, out: Findings): void {
  const { where } = about;
  if (keys.error?.code === 'DEADLINE' ? keys.ms >= PATIENCE : keys.ms > PATIENCE) {
    out.add('MB-FED-025', {
      where,
      seen: `${(keys.ms / 1000).toFixed(1)} s`,
      fix: ['See what keeps the homeserver busy: memory, disk, the database'],
    });
    if (keys.error) return;
  }
  const trouble = httpTrouble(keys);
  if (trouble) {
    if (trouble.challenge) raiseTrouble(keys, trouble, target, about, out);
    else out.add('MB-FED-121', { where, seen: `${keys.url}: ${trouble.seen}`, fix: [ROUTE] });
    return;
  }
  if (keys.truncated) {
    out.add('MB-FED-121', { where, seen: 'the document is longer than 1 MiB', fix: [ROUTE] });
    return;
  }
  const document = read(keys.body ?? '');
  if (typeof document === 'string') {
    out.add('MB-FED-121', { where, seen: `${keys.url}: ${document}`, fix: [ROUTE] });
    return;
  }
  const type = essence(keys);
  if (type !== undefined && type !== 'application/json') {
    const seen = type === '' ? 'no Content-Type' : `Content-Type: ${type}`;
    out.add('MB-FED-122', { where, seen, fix: ['Let the proxy pass the Content-Type of the homeserver on'] });
  }
  const { serverName, now, settings } = about;
  judgeKeys(document, { where, serverName, now, ...(settings.own ? { own: settings.own } : {}) }, out);
}

/** The remedy for whatever stands between the network and the homeserver. */
export const ROUTE = 'Route all of /_matrix to the homeserver, undecoded, and nothing in between';

interface Trouble {
  readonly seen: string;
  readonly challenge?: boolean;
}

/** What is wrong before the body is looked at. */
function httpTrouble(exchange: Exchange): Trouble | undefined {
  if (exchange.error) return { seen: exchange.error.message };
  if (exchange.status === 200) return undefined;
  const location = exchange.headers?.location;
  if (exchange.headers?.['cf-mitigated'] !== undefined)
    return { seen: `HTTP ${exchange.status}, cf-mitigated`, challenge: true };
  return { seen: `HTTP ${exchange.status}${location ? `, a redirect to ${location}` : ''}` };
}

function raiseTrouble(
  exchange: Exchange,
  trouble: Trouble,
  target: Target,
  { where }: AnswersCase,
  out: Findings,
): void {
  const seen = `${exchange.url}: ${trouble.seen}`;
  if (trouble.challenge) {
    out.add('MB-FED-010', {
      where,
      seen,
      fix: [`Cloudflare: turn off bot fight mode and challenges for ${target.certificateName}`],
    });
  } else if (exchange.status === 404 || exchange.status === 421) {
    out.add('MB-FED-018', {
      where,
      seen,
      fix: [`Route requests with "Host: ${target.hostHeader}" to the homeserver`, ROUTE],
    });
  } else if ([502, 503, 504].includes(exchange.status ?? 0)) {
    out.add('MB-FED-119', {
      where,
      seen,
      fix: ['The proxy answers, the homeserver behind it does not: see whether it runs, and its log'],
    });
  } else {
    out.add('MB-FED-119', { where, seen, fix: [ROUTE] });
  }
}

function judgeClock(exchange: Exchange | undefined, { where }: AnswersCase, out: Findings): void {
  const theirs = Date.parse(exchange?.headers?.date ?? '');
  const seconds = Math.round((theirs - Date.parse(exchange?.at ?? '')) / 1000);
  if (Number.isNaN(seconds) || Math.abs(seconds) <= SKEW_SECONDS) return;
  out.add('MB-FED-024', {
    where,
    seen: `its clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the clock here`,
    fix: ['Enable NTP on the server: timedatectl set-ntp true', 'Compare the clock of this machine too'],
  });
}

/** Media type in lower case without parameters; '' when there is no header, undefined when headers were not looked at. */
export function essence(exchange: Exchange): string | undefined {
  if (!exchange.headers) return undefined;
  return (exchange.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
