import { type Check, CODES, type Code, type CodeEntry, type Severity } from './codes.ts';
import { EXPLANATIONS } from './explanations.ts';
import { type Places, recipe, SOFTWARE, type Software } from './recipes.ts';

/** Everything there is to know about one finding. */
export interface CodeExplained {
  readonly code: Code;
  readonly title: string;
  readonly check: Check;
  readonly why: string;
  readonly detected: string;
  /** By the specification, in the eyes of the public tester, and of the strictest peer. */
  readonly severity: { readonly spec: Severity; readonly go: Severity | 'off'; readonly strict: Severity };
  readonly fix: readonly string[];
  /** The lines for each program, where its configuration is the remedy. */
  readonly recipes: readonly { readonly software: Software; readonly lines: readonly string[] }[];
  readonly visible?: string;
}

/** All of a code, with the recipes filled in for these names. */
export function explain(code: Code, places: Places): CodeExplained {
  const entry: CodeEntry = CODES[code];
  const { title, check, why, severity, visible } = entry;
  return {
    code,
    title,
    check,
    why,
    ...EXPLANATIONS[code],
    severity: { spec: severity, go: entry.go ?? severity, strict: entry.strict ?? severity },
    recipes: SOFTWARE.flatMap((software) => {
      const lines = recipe(code, software, places);
      return lines ? [{ software, lines }] : [];
    }),
    ...(visible === undefined ? {} : { visible }),
  };
}

/** `fed-13`, `13`, `mb-fed-013` → the code; undefined when there is none. */
export function findCode(text: string): Code | undefined {
  const digits = /^(?:(?:mb-)?fed-)?(\d{1,3})$/i.exec(text.trim())?.[1];
  const code = `MB-FED-${digits?.padStart(3, '0')}`;
  return code in CODES ? (code as Code) : undefined;
}
