import type { FederationCheck } from '../../federation/check.ts';
import type { Finding, Verdict } from '../../federation/judge.ts';
import { hasRecipe } from '../../federation/recipes.ts';
import type { Report } from '../../ui/report.ts';

const WORDS = {
  green: 'other servers can federate with it',
  red: 'other servers cannot federate with it, or not all can',
  unknown: 'nothing could be seen from here',
} as const;

const PROFILES = {
  spec: '',
  go: ', as the public tester sees it',
  strict: ', as the strictest server sees it',
} as const;

/** The verdict on one server as people read it; `verbose` has every line, otherwise what is good is short. */
export function report({ evidence, verdict }: FederationCheck, verbose: boolean): Report {
  const { findings, picture, profile } = verdict;
  const worth = verbose ? findings : findings.filter(({ severity }) => severity !== 'info' || alone(verdict));
  return {
    headline: `${evidence.serverName}: ${verdict.verdict}, ${WORDS[verdict.verdict]}${PROFILES[profile]}`,
    good: verdict.verdict === 'green',
    rows: picture.filter((row) => verbose || !row.detail || row.mark === 'bad' || row.mark === 'warning'),
    findings: worth,
    closing: closing(verdict, worth, findings.length - worth.length),
  };
}

/** Nothing but information: then that is the news. */
function alone({ verdict, findings }: Verdict): boolean {
  return verdict === 'unknown' || findings.every(({ code }) => code === 'MB-FED-136');
}

function closing({ verdict }: Verdict, shown: readonly Finding[], hidden: number): string[] {
  const more = shown.find((one) => one.recipe === undefined && hasRecipe(one.code));
  return [
    ...(more ? [`The lines for nginx, Apache, Caddy and others: matrix-bastion explain ${more.code}`] : []),
    ...(hidden > 0 ? [`${hidden} more to know: --verbose`] : []),
    ...(verdict === 'red' && !wrongName(shown) ? ['Do not invite anyone until this is green.'] : []),
  ];
}

/** Nothing is wrong with the server: another name was meant. */
function wrongName(shown: readonly Finding[]): boolean {
  return shown.every(({ code }) => code === 'MB-FED-022');
}
