import { nearest } from '../answers/nearest.ts';
import type { CommandContext } from '../cli/context.ts';
import type { ExplainOptions } from '../cli/options.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { CHECKS, CODES, type Code } from '../federation/codes.ts';
import { explain, findCode } from '../federation/explain.ts';
import { explanationText } from './explain/text.ts';

/** The customary names of the specification's examples, where none is given. */
const EXAMPLE = { domain: 'example.org', host: 'matrix.example.org' } as const;

const ALL = Object.keys(CODES) as Code[];

/** Prints what a code of the federation check means, or all of them with their titles. */
export async function run(options: ExplainOptions, { ui }: CommandContext): Promise<ExitCode> {
  if (options.code === undefined) {
    ui.print(catalogue());
    return EXIT.done;
  }
  const code = findCode(options.code);
  if (code === undefined) throw unknown(options.code);
  const domain = options.domain ?? EXAMPLE.domain;
  const host = options.host ?? (options.domain === undefined ? EXAMPLE.host : `matrix.${options.domain}`);
  const explained = explain(code, { domain, host, port: 443 });
  ui.print(options.json ? JSON.stringify(explained, undefined, 2) : explanationText(explained));
  return EXIT.done;
}

function catalogue(): string {
  return CHECKS.map((check) => {
    const codes = ALL.filter((code) => CODES[code].check === check);
    return [check, ...codes.map((code) => `  ${code}  ${CODES[code].title}`)].join('\n');
  }).join('\n\n');
}

function unknown(text: string): UsageError {
  const meant = nearest(text.toUpperCase(), ALL);
  return new UsageError(
    `code: "${text}" is not a code of the federation check${meant ? `; did you mean ${meant}?` : ''}`,
    ['matrix-bastion explain'],
  );
}
