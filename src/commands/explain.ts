import { nearest } from '../answers/nearest.ts';
import type { CommandContext } from '../cli/context.ts';
import type { ExplainOptions } from '../cli/options.ts';
import { CODE_GROUPS, CODE_TEXTS } from '../codes/index.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { CHECKS, CODES, type Code } from '../federation/codes.ts';
import { explain, findCode } from '../federation/explain.ts';
import { codeText, explanationText } from './explain/text.ts';

/** The customary names of the specification's examples, where none is given. */
const EXAMPLE = { domain: 'example.org', host: 'matrix.example.org' } as const;

const FINDINGS = Object.keys(CODES) as Code[];

/** Prints what a code means, or all of them with a line each. */
export async function run(options: ExplainOptions, { ui }: CommandContext): Promise<ExitCode> {
  if (options.code === undefined) {
    ui.print(catalogue());
    return EXIT.done;
  }
  ui.print(explained(options.code, options));
  return EXIT.done;
}

/** @throws UsageError with the nearest code when there is none of that name. */
function explained(text: string, options: ExplainOptions): string {
  const finding = findCode(text);
  if (finding !== undefined) {
    const domain = options.domain ?? EXAMPLE.domain;
    const host = options.host ?? (options.domain === undefined ? EXAMPLE.host : `matrix.${options.domain}`);
    const whole = explain(finding, { domain, host, port: 443 });
    return options.json ? JSON.stringify(whole, undefined, 2) : explanationText(whole);
  }
  const code = plainCode(text);
  const found = CODE_TEXTS[code];
  if (found === undefined) throw unknown(text, code);
  return options.json ? JSON.stringify({ code, ...found }, undefined, 2) : codeText(code, found);
}

/** `ssh-auth`, `MB-SSH-AUTH,` (as a list of codes is shown) → `MB-SSH-AUTH`. */
function plainCode(text: string): string {
  const bare = text.trim().replace(/,$/, '').toUpperCase();
  return bare.startsWith('MB-') ? bare : `MB-${bare}`;
}

function catalogue(): string {
  const groups = [
    ...Object.entries(CODE_GROUPS).map(([about, codes]) => ({
      about,
      lines: Object.entries(codes).map(([code, { means }]) => `  ${code}  ${means}`),
    })),
    ...CHECKS.map((check) => ({
      about: `federation: ${check}`,
      lines: FINDINGS.filter((code) => CODES[code].check === check).map(
        (code) => `  ${code}  ${CODES[code].title}`,
      ),
    })),
  ];
  return groups.map(({ about, lines }) => [about, ...lines].join('\n')).join('\n\n');
}

function unknown(text: string, code: string): UsageError {
  const meant = nearest(code, [...Object.keys(CODE_TEXTS), ...FINDINGS]);
  return new UsageError(
    `code: "${text}" is not a code of matrix-bastion${meant ? `; did you mean ${meant}?` : ''}`,
    ['matrix-bastion explain'],
  );
}
