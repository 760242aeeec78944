/** A finding of a check, as it is shown; everything but the title may come from outside. */
export interface ShownFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly title: string;
  readonly where: string;
  readonly seen: string;
  readonly why: string;
  readonly fix: readonly string[];
  readonly visible?: string;
}

/** The headline and the summary, then the findings in the order in which they are to be fixed. */
export function renderFindings(
  headline: string,
  summary: readonly string[],
  findings: readonly ShownFinding[],
): string {
  return [[headline, ...summary].join('\n'), ...findings.map(renderFinding)].join('\n\n');
}

function renderFinding({ code, severity, title, where, seen, why, fix, visible }: ShownFinding): string {
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
