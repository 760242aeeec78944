import { bad, ok, type Parsed, type Question } from './question.ts';

/** Reads a whole number in plain digits: no sign, no exponent, no fraction. */
export function parseCount(text: string, { least, most }: NonNullable<Question['count']>): Parsed<number> {
  const given = text.trim();
  const value = Number(given);
  return /^\d+$/.test(given) && value >= least && value <= most
    ? ok(value)
    : bad(`"${given}" is not a whole number from ${least} to ${most}`);
}
