import type { CodeText } from '../../codes/explained.ts';
import type { CodeExplained } from '../../federation/explain.ts';

/** A code as people read it: what, why, how it is told, the fix for everybody and for each program. */
export function explanationText(one: CodeExplained): string {
  const { spec, go, strict } = one.severity;
  const eyes = [
    ...(go === spec ? [] : [`the public tester: ${go === 'off' ? 'does not look' : go}`]),
    ...(strict === spec ? [] : [`strictest servers: ${strict}`]),
  ];
  return [
    `${one.code} ${one.title}`,
    '',
    one.why,
    `How it is told: ${one.detected}`,
    `Severity: ${[spec, ...eyes].join('; ')}`,
    ...(one.visible === undefined ? [] : [`When others notice the fix: ${one.visible}`]),
    '',
    'Fix',
    ...one.fix.map((line) => `  - ${line}`),
    ...one.recipes.flatMap(({ software, lines }) => ['', software, ...lines.map((line) => `    ${line}`)]),
  ].join('\n');
}

/** A code that is no finding of the federation check. */
export function codeText(code: string, { means, why, fix, safe }: CodeText): string {
  return [code, '', means, why, '', 'Fix', ...fix.map((line) => `  - ${line}`), '', `Safe: ${safe}`].join(
    '\n',
  );
}
