import { bad, badAlready, ok, type Parsed, type Question } from './question.ts';

/** Reads a whole number in plain digits: no sign, no exponent, no fraction. */
export function parseCount(text: string, { least, most }: NonNullable<Question['count']>): Parsed<number> {
  const given = text.trim();
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return ok(value);
  const problem = `"${given}" is not a whole number from ${least} to ${most}`;
  return /\D/.test(given) || value > most ? badAlready(problem) : bad(problem);
}
