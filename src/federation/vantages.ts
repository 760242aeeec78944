import { Findings } from './judge/findings.ts';
import type { Finding, Verdict } from './judge.ts';
import { seenFrom } from './picture.ts';

/**
 * One verdict from two places. What other servers see is what the operator's machine sees; the host's own view adds
 * what it alone knows. A host that cannot reach itself, while others can, is no fault of federation (hairpin NAT).
 */
export function combine(operator: Verdict, host: Verdict | undefined): Verdict {
  if (!host) return operator;
  const seen = [...operator.picture, ...seenFrom('from the host', host.picture)];
  if (operator.verdict === 'green' && host.verdict === 'red') {
    const first = host.findings[0];
    const hairpin = new Findings(operator.profile);
    hairpin.add('MB-FED-032', {
      where: first?.where ?? 'the host',
      seen: `from the host: ${first?.seen ?? 'no answer'}`,
      fix: [
        "Name the server's own addresses in /etc/hosts on the host, or use split DNS",
        'Or turn on NAT loopback (hairpin NAT) in the router',
      ],
    });
    return { ...operator, findings: [...operator.findings, ...hairpin.all()], picture: seen };
  }
  const known = new Set(operator.findings.map((one) => one.code));
  const added = host.findings
    .filter((one) => !known.has(one.code))
    .map((one): Finding => ({ ...one, where: `${one.where} (from the host)` }));
  return { ...operator, findings: [...operator.findings, ...added], picture: seen };
}
