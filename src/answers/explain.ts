import { flagName, type Question } from './question.ts';
import { QUESTION_LIST } from './questions/index.ts';
import type { AnswerInputs, Provenance, Resolution } from './resolve.ts';

/** An answer and where it came from, both as people read them. */
export interface ExplainedAnswer {
  /** `--tier` */
  readonly flag: string;
  readonly value: string;
  readonly source: string;
}

/** Every question that applies, in the registry's order. No answer is a secret: those have files of their own. */
export function explainAnswers(
  { values, origins, missing }: Pick<Resolution, 'values' | 'origins' | 'missing'>,
  { file }: Pick<AnswerInputs, 'file'>,
): readonly ExplainedAnswer[] {
  return QUESTION_LIST.flatMap((question) => {
    const flag = flagName(question);
    const provenance = origins[question.id];
    if (provenance)
      return [
        {
          flag,
          value: shown(question, values[question.id]),
          source: sourceOf(question, provenance, file?.name),
        },
      ];
    return missing.includes(question) ? [{ flag, value: '-', source: 'missing: nothing says it' }] : [];
  });
}

function shown(question: Question, value: unknown): string {
  if (value === undefined || value === '') return 'none';
  if (question.show) return question.show(value as never);
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  // A certificate is no line.
  return text.includes('\n') ? 'certificates' : text;
}

function sourceOf(question: Question, { origin, reason }: Provenance, file = 'the answers file'): string {
  const words: Readonly<Record<Provenance['origin'], string>> = {
    flag: 'flag of this run',
    prompt: 'typed in this run',
    environment: `environment, ${question.environment}`,
    file,
    host: 'kept on the machine by an earlier run',
    operator: 'kept on this computer by an earlier run',
    default: `default: ${reason}`,
  };
  return words[origin];
}
