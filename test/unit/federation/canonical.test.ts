import { describe, expect, it } from 'vitest';
import { byCodePoint, canonicalJson, NotCanonical } from '../../../src/federation/canonical.ts';
import { isObject, type JsonObject, parseJson } from '../../../src/federation/json.ts';
import { decodeBase64, verifySignature } from '../../../src/federation/signature.ts';
import { SigningKey } from './lab/keys.ts';

/** Matrix specification, appendices, "Canonical JSON", examples. */
const EXAMPLES: readonly (readonly [string, string])[] = [
  ['{}', '{}'],
  ['{ "one": 1, "two": "Two" }', '{"one":1,"two":"Two"}'],
  ['{ "b": "2", "a": "1" }', '{"a":"1","b":"2"}'],
  ['{"b":"2","a":"1"}', '{"a":"1","b":"2"}'],
  [
    `{"auth": {"success": true, "mxid": "@john.doe:example.com", "profile": {"display_name": "John Doe", "three_pids": [
      {"medium": "email", "address": "john.doe@example.org"}, {"medium": "msisdn", "address": "123456789"}]}}}`,
    '{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},"success":true}}',
  ],
  ['{"a": "日本語"}', '{"a":"日本語"}'],
  ['{"本": 2, "日": 1}', '{"日":1,"本":2}'],
  ['{"a": "\\u65E5"}', '{"a":"日"}'],
  ['{"a": null}', '{"a":null}'],
  ['{"a": -0, "b": 1e10}', '{"a":0,"b":10000000000}'],
];

describe('canonical JSON', () => {
  it.each(EXAMPLES)('%s', (text, canonical) => {
    expect(canonicalJson(parseJson(text))).toBe(canonical);
  });

  it('sorts by code point, where JavaScript would sort by UTF-16 unit', () => {
    const text = '{"\u{1F600}": 1, "\uFF01": 2}';
    expect(canonicalJson(parseJson(text))).toBe('{"\uFF01":2,"\u{1F600}":1}');
    expect(['\u{1F600}', '\uFF01'].toSorted()).not.toEqual(['\u{1F600}', '\uFF01'].toSorted(byCodePoint));
  });

  it('escapes only what has to be', () => {
    expect(canonicalJson(parseJson('"\\u0000\\u001f\\n\\/\\u007f\\""'))).toBe(
      '"\\u0000\\u001f\\n/\u007f\\""',
    );
  });

  it.each(['9007199254740991', '-9007199254740991', '100e-2', '1.0', '1.5e1'])('keeps %s', (number) => {
    expect(canonicalJson(parseJson(number))).toBe(String(Number(number)));
  });

  it.each([
    '9007199254740992',
    '-9007199254740992',
    '0.5',
    '1e-1',
    '1e400',
    '1e999999999',
    '123456789012345678901234567890',
  ])('refuses %s', (number) => {
    expect(() => canonicalJson(parseJson(number))).toThrow(NotCanonical);
  });
});

/** Matrix specification, appendices, "Cryptographic Test Vectors". */
describe('signatures', () => {
  const key = new SigningKey('ed25519:1', 'YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1');
  const vectors = [
    ['{}', 'K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ'],
    [
      '{"one":1,"two":"Two"}',
      'KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw',
    ],
  ] as const;

  it.each(vectors)('of %s', (text, signature) => {
    expect(key.sign(text)).toBe(signature);
    expect(verified(text, key.public, signature)).toBe(true);
  });

  /** "Event Signing": both events as they are after redaction, which is what is signed. */
  it.each([
    [
      '{"room_id":"!x:domain","sender":"@a:domain","origin":"domain","origin_server_ts":1000000,"hashes":{"sha256":"5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos"},"type":"X","content":{},"prev_events":[],"auth_events":[],"depth":3,"unsigned":{"age_ts":1000000}}',
      'KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg',
    ],
    [
      '{"content":{},"event_id":"$0:domain","hashes":{"sha256":"onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g"},"origin":"domain","origin_server_ts":1000000,"type":"m.room.message","room_id":"!r:domain","sender":"@u:domain","unsigned":{"age_ts":1000000}}',
      'Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA',
    ],
  ])('of the event %s', (text, signature) => {
    expect(verified(text, key.public, signature)).toBe(true);
  });

  it('cover everything but signatures and unsigned', () => {
    const signature = vectors[1][1];
    expect(
      verified('{"two":"Two","one":1,"unsigned":{"a":1},"signatures":{"x":{}}}', key.public, signature),
    ).toBe(true);
    expect(verified('{"two":"Two","one":2}', key.public, signature)).toBe(false);
    expect(verified('{"two":"Two","one":1,"three":3}', key.public, signature)).toBe(false);
  });

  it('are refused at the wrong length', () => {
    expect(verified('{}', key.public.slice(0, 40), vectors[0][1])).toBe(false);
    expect(verified('{}', key.public, vectors[0][1].slice(0, 80))).toBe(false);
  });
});

function verified(text: string, publicKey: string, signature: string): boolean {
  const document = parseJson(text);
  if (!isObject(document)) throw new Error('not an object');
  return verifySignature(document as JsonObject, bytes(publicKey), bytes(signature));
}

function bytes(text: string): Uint8Array {
  return decodeBase64(text) ?? new Uint8Array();
}

describe('base64', () => {
  it.each([
    ['', 0],
    ['Zg', 1],
    ['Zg==', 1],
    ['Zm8', 2],
    ['Zm9vYmFy', 6],
    ['-_-_', 3],
  ])('%j has %i bytes', (text, length) => expect(decodeBase64(text)?.length).toBe(length));

  it.each(['Z', 'Zm9v Zm9v', 'Zm9v!', 'Zm=9'])('%j is none', (text) =>
    expect(decodeBase64(text)).toBeUndefined(),
  );
});
