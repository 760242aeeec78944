import type { Finding } from '../federation/judge/findings.ts';

/** The headline and the summary, then the findings in the order in which they are to be fixed. */
export function renderFindings(
  headline: string,
  summary: readonly string[],
  findings: readonly Finding[],
): string {
  return [[headline, ...summary].join('\n'), ...findings.map(renderFinding)].join('\n\n');
}

function renderFinding({ code, severity, title, where, seen, why, fix, visible }: Finding): string {
  const lines = [
    `${severity.toUpperCase()} ${code} ${title}`,
    `  Where: ${where}`,
    `  Seen:  ${seen}`,
    `  Why:   ${why}`,
    ...fix.map((line, index) => `  ${index === 0 ? 'Fix:  ' : '      '} ${line}`),
    ...(visible === undefined ? [] : [`  When:  ${visible}`]),
  ];
  return lines.join('\n');
}
