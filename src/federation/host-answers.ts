import { readDelegation } from './delegation.ts';
import {
  type AddressEvidence,
  type Chain,
  EVIDENCE_FORMAT,
  type Evidence,
  type Exchange,
  type Hop,
  type NetError,
  type OwnServer,
  type Target,
} from './evidence.ts';
import { type HostPlan, hostUrls, REQUESTS, type RequestName } from './host-probe.ts';
import { bracketed, ipFamily } from './ip.ts';

export interface HostAnswersCase extends HostPlan {
  readonly nonce: string;
  /** When the script ran. */
  readonly at: Date;
  readonly own?: OwnServer;
}

/**
 * The host's evidence from the output of `hostProbeScript`. What curl does not show (certificates, other addresses,
 * clients' files) is missing, and the judge takes missing for not looked at. Undefined when no curl ran at all.
 */
export function readHostProbe(output: string, about: HostAnswersCase): Evidence | undefined {
  const answers = new Map(REQUESTS.flatMap((name) => entry(name, output, about)));
  if (answers.size === 0) return undefined;
  const wellKnown = answers.get('well-known')?.chain;
  const address = addressEvidence(about, answers.get('version'), answers.get('keys'));
  return {
    format: EVIDENCE_FORMAT,
    serverName: about.serverName,
    started: about.at.toISOString(),
    ms: 0,
    vantage: 'host',
    // A server may well see itself under a private address: that is how hairpin NAT is got round.
    settings: {
      timeoutMs: 0,
      privateNetworks: ['0.0.0.0/0', '::/0'],
      ...(about.own ? { own: about.own } : {}),
    },
    hops: hops(about, wellKnown),
    ...(wellKnown ? { wellKnown: [wellKnown] } : {}),
    addresses: address ? [address] : [],
  };
}

interface CurlAnswer {
  readonly chain: Chain;
  readonly tcpMs?: number;
  /** curl's reason why the certificate does not do: trust and name are one question to it. */
  readonly badCertificate?: string;
}

/** curl's own report, `-w '%{json}'`; names as in curl(1). */
interface Report {
  readonly errormsg?: string | null;
  readonly remote_ip?: string;
  readonly time_connect?: number;
  readonly time_appconnect?: number;
  readonly time_total?: number;
}

function entry(name: RequestName, output: string, about: HostAnswersCase): [RequestName, CurlAnswer][] {
  const url = hostUrls(about)[name];
  const begin = `${about.nonce} begin ${name}\n`;
  const start = output.indexOf(begin);
  if (url === undefined || start < 0) return [];
  const rest = output.slice(start + begin.length);
  const end = rest.indexOf(`\n${about.nonce} end `);
  const exit = new RegExp(`^${about.nonce} exit (\\d+)$`, 'm').exec(rest);
  if (end < 0 || !exit) return [];
  const reportAt = end + `\n${about.nonce} end `.length;
  const report = parseReport(rest.slice(reportAt, rest.indexOf('\n', reportAt)));
  return [[name, curlAnswer(url, rest.slice(0, end), report, Number(exit[1]), about)]];
}

function parseReport(line: string): Report {
  try {
    return JSON.parse(line) as Report;
  } catch {
    return {};
  }
}

function curlAnswer(
  url: string,
  text: string,
  report: Report,
  exit: number,
  about: HostAnswersCase,
): CurlAnswer {
  const common = {
    ...(report.remote_ip ? { ip: report.remote_ip } : {}),
    at: about.at.toISOString(),
    ms: Math.round((report.time_total ?? 0) * 1000),
  };
  const error = exit === 0 || exit === TOO_MANY_REDIRECTS ? undefined : curlError(exit, report);
  const exchanges = blocks(url, text).map((one): Exchange => ({ ...one, ...common }));
  if (error) exchanges.push({ url, ...common, error });
  return {
    chain: { exchanges, ...(exit === TOO_MANY_REDIRECTS ? { stopped: 'too-many' as const } : {}) },
    ...(report.time_connect ? { tcpMs: Math.round(report.time_connect * 1000) } : {}),
    ...(error?.code === 'BAD_CERTIFICATE' ? { badCertificate: error.message } : {}),
  };
}

/** curl(1), "EXIT CODES". */
const TOO_MANY_REDIRECTS = 47;
const EXITS: Readonly<Record<number, Pick<NetError, 'phase' | 'code'>>> = {
  6: { phase: 'dns', code: 'ENOTFOUND' },
  7: { phase: 'tcp', code: 'ECONNREFUSED' },
  35: { phase: 'tls', code: 'HANDSHAKE' },
  51: { phase: 'tls', code: 'BAD_CERTIFICATE' },
  60: { phase: 'tls', code: 'BAD_CERTIFICATE' },
};

function curlError(exit: number, report: Report): NetError {
  const message = (report.errormsg || `curl ended with ${exit}`).slice(0, 300);
  if (exit === 28) {
    const phase = report.time_appconnect ? 'http' : report.time_connect ? 'tls' : 'tcp';
    return { phase, code: 'DEADLINE', message };
  }
  return { ...(EXITS[exit] ?? { phase: 'http', code: `CURL_${exit}` }), message };
}

/** The heads that `curl -i -L` prints one after the other, and the last one's body. */
function blocks(start: string, text: string): Omit<Exchange, 'at' | 'ms'>[] {
  const out: Omit<Exchange, 'at' | 'ms'>[] = [];
  let url = start;
  let rest = text;
  for (;;) {
    const head = /^HTTP\/[\d.]+ (\d{3})[^\n]*\r?\n((?:[^\r\n]+\r?\n)*)\r?\n/.exec(rest);
    if (!head) break;
    rest = rest.slice(head[0].length);
    const status = Number(head[1]);
    if (status < 200) continue;
    const headers = headersOf(head[2] ?? '');
    const more = /^HTTP\/[\d.]+ \d{3}/.test(rest);
    out.push({ url, status, headers, body: more ? '' : rest });
    if (!more) break;
    if (headers.location !== undefined && URL.canParse(headers.location, url))
      url = new URL(headers.location, url).href;
  }
  return out;
}

function headersOf(text: string): Record<string, string> {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf(':');
    return at > 0 ? [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function hops(about: HostAnswersCase, wellKnown: Chain | undefined): Hop[] {
  const rule: Hop = { kind: 'rule', rule: '3.2', host: about.host, port: about.port };
  if (!wellKnown) return [rule];
  const answer = readDelegation(wellKnown);
  const host = about.serverName;
  return [
    'fault' in answer
      ? { kind: 'well-known', host, fault: answer.fault }
      : { kind: 'well-known', host, delegated: answer.delegated },
    rule,
  ];
}

function addressEvidence(
  about: HostAnswersCase,
  version: CurlAnswer | undefined,
  keys: CurlAnswer | undefined,
): AddressEvidence | undefined {
  const one = version ?? keys;
  if (!one) return undefined;
  const last = one.chain.exchanges.at(-1);
  // Without a connection curl does not say which address it tried; the name stands for it then.
  const ip = last?.ip ?? about.host;
  const target: Target = {
    ip,
    family: ipFamily(ip) ?? 4,
    port: about.port,
    hostHeader: `${bracketed(about.host)}:${about.port}`,
    certificateName: about.host,
    sni: ipFamily(about.host) ? null : about.host,
    via: '3.2',
  };
  if (last?.error && (last.error.phase === 'dns' || last.error.phase === 'tcp')) {
    return { target, tcp: { ms: last.ms, error: last.error } };
  }
  const tcp = { ms: one.tcpMs ?? 0 };
  if (one.badCertificate !== undefined)
    return { target, tcp, tls: { chain: [], authorizationError: one.badCertificate } };
  const versionExchange = version?.chain.exchanges.at(-1);
  const keysExchange = keys?.chain.exchanges.at(-1);
  return {
    target,
    tcp,
    ...(versionExchange ? { version: versionExchange } : {}),
    ...(keysExchange ? { keys: keysExchange } : {}),
  };
}
