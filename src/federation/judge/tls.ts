import { covers } from '../certificate-name.ts';
import type { AddressEvidence, NetError, SeenLink, Target, TlsEvidence } from '../evidence.ts';
import type { Findings } from './findings.ts';

const DAY = 86_400_000;
const SOON_DAYS = 14;

/** Why TLS did not come about at all. */
export function judgeHandshake(where: string, target: Target, error: NetError, out: Findings): void {
  const raised = (fix: readonly string[]) => ({ where, seen: error.message, fix });
  if (PLAIN.test(error.code) || PLAIN.test(error.message)) {
    out.add(
      'MB-FED-026',
      raised([`Let the proxy terminate TLS on port ${target.port} (nginx: listen ${target.port} ssl;)`]),
    );
  } else if (OLD.test(error.code) || OLD.test(error.message)) {
    out.add('MB-FED-115', raised(['Enable TLS 1.2 and 1.3 in the proxy']));
  } else {
    out.add(
      'MB-FED-114',
      raised([
        `The proxy has no certificate for ${target.certificateName}, or its TLS is not set up: see the proxy's log`,
      ]),
    );
  }
}

const PLAIN =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|wrong version number|packet length too long/i;
const OLD = /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|protocol version|unsupported protocol/i;

/** Version, dates, trust and name of what the address showed. */
export function judgeTls(where: string, evidence: AddressEvidence, now: number, out: Findings): void {
  const { tls, target } = evidence;
  if (!tls) return;
  if (tls.protocol && !/^TLSv1\.[23]$/.test(tls.protocol)) {
    out.add('MB-FED-115', {
      where,
      seen: tls.protocol,
      fix: ['Enable TLS 1.2 and 1.3 in the proxy'],
      severity: 'warning',
    });
  }
  const leaf = tls.chain[0];
  const dated = leaf ? judgeDates(where, leaf, now, out) : false;
  if (tls.authorizationError && !dated) judgeTrust(where, tls, tls.authorizationError, target, out);
  judgeName(where, tls, target, out);
}

/** True when the dates alone explain that the certificate is refused. */
function judgeDates(where: string, leaf: SeenLink, now: number, out: Findings): boolean {
  const end = Date.parse(leaf.notAfter);
  if (Date.parse(leaf.notBefore) > now) {
    out.add('MB-FED-117', {
      where,
      seen: `valid from ${leaf.notBefore}`,
      fix: ["Compare the clocks: this machine's and that of whoever issued the certificate"],
    });
    return true;
  }
  if (end <= now) {
    out.add('MB-FED-015', {
      where,
      seen: `expired on ${leaf.notAfter}`,
      fix: [
        'Renew the certificate; when the file is new already, reload the proxy',
        "See the proxy's log for ACME errors",
      ],
    });
    return true;
  }
  if (end - now < SOON_DAYS * DAY) {
    const days = Math.floor((end - now) / DAY);
    out.add('MB-FED-118', {
      where,
      seen: `${days} days left`,
      fix: ["Renewal fails: see the proxy's log for ACME errors"],
    });
  }
  return false;
}

function judgeTrust(where: string, tls: TlsEvidence, error: string, target: Target, out: Findings): void {
  const leaf = tls.chain[0];
  const issuer = oneLine(leaf?.issuer ?? '');
  const raised = (fix: readonly string[]) => ({
    where,
    seen: leaf ? `${error}; issued by ${issuer}` : error,
    fix,
  });
  const log = `The certificate for ${target.certificateName} was not obtained: see the proxy's log for ACME errors`;
  if (error === 'DEPTH_ZERO_SELF_SIGNED_CERT' || /Caddy Local Authority|TRAEFIK DEFAULT/i.test(issuer)) {
    out.add('MB-FED-012', raised([log, 'Ports 80 and 443 must reach the proxy, and DNS must point here']));
  } else if (/\(STAGING\)|Fake LE/i.test(issuer)) {
    out.add(
      'MB-FED-116',
      raised(["This is a certificate of Let's Encrypt's test service: use the production directory"]),
    );
  } else if (/^UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/.test(error) && tls.chain.length === 1) {
    out.add(
      'MB-FED-011',
      raised([
        'Serve the whole chain: fullchain.pem instead of cert.pem',
        'If the authority is your own, every server of the federation must trust it (--ca-file here)',
      ]),
    );
  } else {
    out.add(
      'MB-FED-116',
      raised([
        "Use a certificate of a public authority (Let's Encrypt)",
        'If the authority is your own: --ca-file FILE',
      ]),
    );
  }
}

function judgeName(where: string, tls: TlsEvidence, target: Target, out: Findings): void {
  if (!tls.leafPem || covers(tls.leafPem, target.certificateName)) return;
  const has = tls.names?.length ? tls.names.slice(0, 5).join(', ') : 'no names at all';
  const seen = `the certificate has ${has}; it needs ${target.certificateName}`;
  if (target.srvTarget !== undefined && covers(tls.leafPem, target.srvTarget)) {
    out.add('MB-FED-014', {
      where,
      seen,
      fix: [
        `Get a certificate that covers ${target.certificateName} for this address`,
        `Or publish a well-known that says ${target.srvTarget}:${target.port}, and remove the SRV record`,
      ],
    });
  } else {
    out.add('MB-FED-013', {
      where,
      seen,
      fix: [`Add ${target.certificateName} to the certificate, or to the proxy's list of sites`],
    });
  }
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}
