import { covers } from '../certificate-name.ts';
import type { AddressEvidence, Evidence } from '../evidence.ts';
import { blockedNetwork } from '../ip.ts';
import { place } from './address-words.ts';
import { type AnswersCase, judgeAnswers } from './answers.ts';
import type { Findings } from './findings.ts';
import { read } from './read.ts';
import { judgeRoutes } from './routes.ts';
import { judgeHandshake, judgeTls } from './tls.ts';

/** All checks of one address. */
export function judgeAddress(one: AddressEvidence, evidence: Evidence, now: number, out: Findings): void {
  const { target } = one;
  const where = place(target);
  const about: AnswersCase = { where, serverName: evidence.serverName, now, settings: evidence.settings };
  judgeNetwork(one, evidence, out);
  if (one.skipped === 'no-route') {
    out.add('MB-FED-135', {
      where,
      seen: `this machine has no IPv${target.family} route`,
      fix: [`Check again from a machine with IPv${target.family}`],
    });
  }
  if (one.skipped) return;
  if (one.tcp?.error) {
    judgeSilence(one, evidence, about, out);
    return;
  }
  const failed = one.version?.error;
  if (failed?.phase === 'tls' && !one.tls) {
    judgeHandshake(where, target, failed, out);
    return;
  }
  judgeTls(where, one, now, out);
  judgeAnswers(one, about, out);
  // A homeserver that does not answer at all has no routes either: one cause, one finding.
  const answers = one.version?.status === 200 && one.keys?.status === 200;
  if (answers) judgeRoutes(one, where, out);
}

function judgeNetwork({ target }: AddressEvidence, { settings }: Evidence, out: Findings): void {
  const blocked = blockedNetwork(target.ip, settings.privateNetworks);
  if (!blocked) return;
  out.add('MB-FED-033', {
    where: target.ip,
    seen: `${target.ip} is in ${blocked}`,
    fix: [
      'Publish a public address in DNS',
      'In a closed federation: name its networks in the settings of every server',
    ],
  });
}

/** TCP did not come about: which of the ways that this goes wrong is it? */
function judgeSilence(one: AddressEvidence, evidence: Evidence, about: AnswersCase, out: Findings): void {
  const { target, tcp, on443 } = one;
  const { where } = about;
  const seen = tcp?.error?.message ?? 'no answer';
  const host = target.certificateName;
  const answers443 = on443?.version?.status === 200;
  const other = evidence.addresses.find((x) => x.target.family !== target.family && x.tcp && !x.tcp.error);
  if (target.family === 6 && other) {
    out.add('MB-FED-016', {
      where,
      seen: `${seen}; IPv4 answers`,
      fix: [
        `Let ${target.ip} answer on port ${target.port} (firewall, proxy listening on [::])`,
        `Or remove the AAAA record of ${target.srvTarget ?? host}`,
      ],
    });
  } else if (answers443 && wrongName(on443, evidence.serverName)) {
    // The homeserver is there and has another name: that is the news, not the closed port.
    judgeAnswers(on443, { ...about, where: place(on443.target) }, out);
  } else if (target.port === 8448 && target.via === '3.5' && answers443) {
    out.add('MB-FED-007', {
      where,
      seen: `${seen}; port 443 answers as a homeserver`,
      fix: [`Write the port: {"m.server": "${host}:443"}`],
    });
  } else if (target.port === 8448 && behindCloudflare(evidence)) {
    out.add('MB-FED-009', {
      where,
      seen,
      fix: [
        'Publish a well-known that delegates to port 443',
        `Or set the record of ${host} to "DNS only" in Cloudflare`,
      ],
    });
  } else if (target.port === 8448 && target.via === '6') {
    out.add('MB-FED-008', {
      where,
      seen,
      fix: [
        `Publish https://${host}/.well-known/matrix/server: {"m.server": "HOMESERVER:443"}`,
        "Or open port 8448, in the provider's firewall too, and let the proxy listen there",
      ],
    });
  } else {
    out.add('MB-FED-113', {
      where,
      seen,
      fix: [
        `Open port ${target.port}, in the provider's firewall too, and see whether the proxy listens on it`,
      ],
    });
  }
}

/** With a certificate for the name that was asked for; otherwise it is a neighbour on a shared host, not our server. */
function wrongName(on443: AddressEvidence, serverName: string): boolean {
  const { tls, target } = on443;
  if (on443.keys?.status !== 200 || !tls?.leafPem || !covers(tls.leafPem, target.certificateName))
    return false;
  const document = read(on443.keys.body ?? '');
  const name = typeof document === 'string' ? undefined : document.get('server_name');
  return typeof name === 'string' && name !== serverName;
}

function behindCloudflare(evidence: Evidence): boolean {
  return (evidence.wellKnown ?? []).some((chain) =>
    chain.exchanges.some((one) => one.headers?.['cf-ray'] !== undefined),
  );
}
