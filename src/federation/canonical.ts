import { isObject, type Json, JsonNumber, type JsonObject } from './json.ts';

/** A value that has no canonical form. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

/**
 * Canonical JSON: no white space, names sorted by Unicode code point, integers only.
 * Integral numbers in another notation (`1e10`, `-0`) become plain integers, as the specification's examples do.
 * Throws NotCanonical for fractions and for integers beyond ±(2^53−1).
 * Source: Matrix specification, appendices, "Canonical JSON".
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (value instanceof JsonNumber) return integer(value.lexeme);
  if (isObject(value)) {
    const names = [...value.keys()].sort(byCodePoint);
    return `{${names.map((name) => `${quote(name)}:${canonicalJson(value.get(name) ?? null)}`).join(',')}}`;
  }
  return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
}

/** The part of a document that its signatures cover. Source: appendices, "Signing Details". */
export function signedPart(document: JsonObject): JsonObject {
  return new Map([...document].filter(([name]) => name !== 'signatures' && name !== 'unsigned'));
}

/** JSON.stringify escapes what the grammar escapes, and lone surrogates besides, which UTF-8 could not carry anyway. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** JavaScript sorts by UTF-16 unit, which puts U+1F600 before U+FF01; the specification sorts by code point. */
export function byCodePoint(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const LIMIT = 2n ** 53n - 1n;
/** Exponents beyond this are out of range whatever the digits; without it `1e999999999` would be expanded. */
const MAX_EXPONENT = 30;

function integer(lexeme: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(lexeme);
  const fraction = (match?.[3] ?? '').replace(/0+$/, '');
  const exponent = Number(match?.[4] ?? '0') - fraction.length;
  const digits = `${match?.[2] ?? ''}${fraction}`.replace(/^0+(?=\d)/, '');
  if (digits === '0') return '0';
  if (exponent > MAX_EXPONENT) throw new NotCanonical(`${lexeme} is too large`);
  if (exponent < 0 && !(digits.length > -exponent && digits.slice(exponent).match(/^0+$/))) {
    throw new NotCanonical(`${lexeme} is not an integer`);
  }
  const shifted = exponent < 0 ? digits.slice(0, exponent) : digits + '0'.repeat(exponent);
  if (shifted.length > 16 || BigInt(shifted) > LIMIT) throw new NotCanonical(`${lexeme} is out of range`);
  return `${match?.[1] ?? ''}${shifted}`;
}
