import { Refusal, refuseAll, UsageError } from '../errors.ts';
import type { Answers } from './answers.ts';
import type { AnswersFile } from './file.ts';
import { nearest } from './nearest.ts';
import { type AnswerFacts, flagName, type Known, type Question, type QuestionId } from './question.ts';
import { QUESTION_LIST } from './questions/index.ts';
import { assemble, type RawAnswers } from './raw.ts';

/** Where a value came from. */
type Origin = 'flag' | 'prompt' | 'environment' | 'file' | 'host' | 'operator' | 'default';

export interface AnswerInputs {
  readonly flags?: RawAnswers;
  /** What was typed at prompts in this run; only questions that nothing above the defaults had settled. */
  readonly prompted?: RawAnswers;
  /** The process's environment; names that begin with `MATRIX_BASTION_` are read, empty ones count as not set. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `--answers FILE`. */
  readonly file?: AnswersFile;
  /** What earlier runs kept: on the host, then in the operator's state folder. */
  readonly stored?: { readonly host?: RawAnswers; readonly operator?: RawAnswers };
  readonly facts?: AnswerFacts;
  /** Reads a file that an answer names (`--federation-ca FILE`). */
  readonly readText?: (path: string) => string;
}

export interface Provenance {
  readonly origin: Origin;
  /** Why, for a default. */
  readonly reason?: string;
}

export interface Resolution {
  /** Present when nothing is missing and nothing is wrong. */
  readonly complete?: Answers;
  readonly values: Known;
  readonly origins: Readonly<Partial<Record<QuestionId, Provenance>>>;
  /** What was read differently from how it was typed. */
  readonly notes: readonly string[];
  /** Required questions without a value or a default, in their order. */
  readonly missing: readonly Question[];
  /** One sentence per wrong value, unknown key or unknown variable; each names its flag. */
  readonly problems: readonly string[];
}

const PREFIX = 'MATRIX_BASTION_';

/**
 * Flags > prompts > environment > `--answers FILE` > stored on the host > stored by the operator > defaults.
 * Pure. Reports everything at once instead of throwing.
 *
 * @throws Refusal when a domain is given that differs from the stored one: server_name can never change.
 */
export function resolveAnswers(inputs: AnswerInputs): Resolution {
  const values: { -readonly [K in QuestionId]?: unknown } = {};
  const origins: Partial<Record<QuestionId, Provenance>> = {};
  const notes: string[] = [];
  const problems = [...unknownVariables(inputs.env ?? {}), ...(inputs.file?.problems ?? [])];
  const missing: Question[] = [];
  /** Questions without a usable value: what depends on them is not judged. */
  const open = new Set<QuestionId>();

  for (const question of QUESTION_LIST) {
    const { id } = question;
    const known = values as Known;
    const blocked = question.dependsOn?.some((other) => open.has(other)) ?? false;
    if (blocked && question.when) {
      // Whether it applies cannot be told yet: the fault upstream is enough to report.
      open.add(id);
      continue;
    }
    const applies = question.when?.(known) ?? true;
    const source = pick(question, inputs, applies);
    if (source && !applies) {
      problems.push(`${source.name} ${question.otherwise ?? 'does not apply here'}`);
      open.add(id);
      continue;
    }
    if (!applies) continue;
    if (source) {
      origins[id] = { origin: source.origin };
      if (!question.required && isEmpty(source.text)) continue;
      const text = typeof source.text === 'string' ? source.text : source.text.join(',');
      const parsed = question.parse(text, {
        known,
        ...(inputs.readText && { readText: inputs.readText }),
      });
      if (parsed.ok) {
        values[id] = parsed.value;
        notes.push(...(parsed.notes ?? []).map((note) => `${source.name}: ${note}`));
      } else {
        problems.push(`${source.name}: ${parsed.problem}`);
        open.add(id);
      }
      continue;
    }
    const fallback = question.default?.(known, inputs.facts ?? {});
    if (fallback) {
      values[id] = fallback.value;
      origins[id] = { origin: 'default', reason: fallback.reason };
    } else if (question.required) {
      if (!blocked) missing.push(question);
      open.add(id);
    }
  }
  refuseAnotherDomain(values as Known, origins.domain, inputs.stored);
  const complete = problems.length === 0 && missing.length === 0 ? assemble(values as Known) : undefined;
  return { values: values as Known, origins, notes, missing, problems, ...(complete && { complete }) };
}

interface Source {
  readonly origin: Origin;
  readonly text: string | readonly string[];
  /** How the source is named to people; always holds the flag. */
  readonly name: string;
}

/** The strongest source that has the answer. Stored answers to a question that does not apply do not count. */
function pick(question: Question, inputs: AnswerInputs, applies: boolean): Source | undefined {
  const { id } = question;
  const flag = flagName(question);
  const variable = inputs.env?.[question.environment];
  const candidates: readonly [Origin, string | readonly string[] | undefined, string][] = [
    ['flag', inputs.flags?.[id], flag],
    ['prompt', inputs.prompted?.[id], flag],
    ['environment', variable === '' ? undefined : variable, `${question.environment} (${flag})`],
    ['file', inputs.file?.answers[id], `${inputs.file?.name} (${flag})`],
    ['host', applies ? inputs.stored?.host?.[id] : undefined, `answers kept on the host (${flag})`],
    ['operator', applies ? inputs.stored?.operator?.[id] : undefined, `answers kept here (${flag})`],
  ];
  for (const [origin, text, name] of candidates) if (text !== undefined) return { origin, text, name };
  return undefined;
}

function isEmpty(text: string | readonly string[]): boolean {
  return typeof text === 'string' ? text.trim() === '' : text.every((item) => item.trim() === '');
}

function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known: readonly string[] = QUESTION_LIST.map(({ environment }) => environment);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return `the environment has ${name}, which is unknown${meant ? `; did you mean ${meant}?` : ''}`;
    });
}

function refuseAnotherDomain(
  { domain }: Known,
  provenance: Provenance | undefined,
  stored: AnswerInputs['stored'],
): void {
  const before = [stored?.host?.domain, stored?.operator?.domain].find((name) => name !== undefined);
  if (domain === undefined || typeof before !== 'string' || before === domain) return;
  if (provenance?.origin === 'host' || provenance?.origin === 'operator') return;
  throw new Refusal({
    code: 'MB-DOMAIN-CHANGED',
    what: `--domain ${domain} differs from the domain of this installation, ${before}`,
    why: 'server_name is part of every user id, room and signature: it can never change',
    fix: [`Leave --domain away, or give --domain ${before}`, `For ${domain}, use another machine`],
    safe: 'Nothing was touched',
  });
}

/** Words for a missing question: `--domain <name>: what it is`. */
function missingLine(question: Question): string {
  return `${question.flag}: ${question.help}`;
}

/**
 * The problems of a resolution as one error; nothing when there are none. Usable before the host is known:
 * missing answers may still come from there.
 *
 * @throws UsageError
 */
export function refuseProblems({ problems }: Pick<Resolution, 'problems'>): void {
  refuseAll(problems, 'answers');
}

/**
 * The complete answers, or all problems and all missing answers in one error.
 *
 * @param alsoMissing lines for what is missing besides the questions, such as the host.
 * @throws UsageError
 */
export function requireComplete(resolution: Resolution, alsoMissing: readonly string[] = []): Answers {
  const { complete, problems } = resolution;
  const missing = [...alsoMissing, ...resolution.missing.map(missingLine)];
  if (missing.length === 0) refuseProblems(resolution);
  if (complete && missing.length === 0) return complete;
  const counts = [
    missing.length > 0 && `${missing.length} ${missing.length === 1 ? 'answer is' : 'answers are'} missing`,
    problems.length > 0 && `${problems.length} ${problems.length === 1 ? 'is' : 'are'} wrong`,
  ].filter((part) => part !== false);
  throw new UsageError(`${counts.join(' and ')}`, [...missing, ...problems]);
}
