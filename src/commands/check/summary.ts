import type { FederationCheck } from '../../federation/check.ts';

/** One line about one of several servers: the verdict, the name, and the first thing to put right. */
export function summaryLine({ evidence, verdict }: FederationCheck): string {
  const [first, ...others] = verdict.findings.filter(({ severity }) => severity !== 'info');
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  const news = first ? `  ${first.code} ${first.title}${more}` : '';
  return `${verdict.verdict.padEnd(7)}  ${evidence.serverName}${news}`;
}
