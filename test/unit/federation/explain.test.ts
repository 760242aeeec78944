import { describe, expect, it, test } from 'vitest';
import { CHECKS, CODES, type Code, type CodeEntry } from '../../../src/federation/codes.ts';
import { explain, findCode } from '../../../src/federation/explain.ts';
import { SOFTWARE } from '../../../src/federation/recipes.ts';

const ALL = Object.entries(CODES) as readonly [Code, CodeEntry][];
const PLACES = { domain: 'garden.example', host: 'chat.garden.example', port: 443 };

test('the 34 well-known failures are there, each with one code', () => {
  const first = Array.from({ length: 34 }, (_, index) => `MB-FED-${String(index + 1).padStart(3, '0')}`);
  expect(ALL.map(([code]) => code).slice(0, 34)).toEqual(first);
});

describe.each(ALL)('%s', (code, entry) => {
  const explained = explain(code, PLACES);
  it('is explained in whole sentences, with a fix', () => {
    expect(entry.title).toMatch(/^["A-Z].*[^.]$/);
    expect(entry.why).toMatch(/\.$/);
    expect(explained.detected).toMatch(/\.$/);
    expect(explained.fix.length).toBeGreaterThan(0);
    for (const line of explained.fix) expect(line).not.toMatch(/\.$|undefined/);
    expect(CHECKS).toContain(entry.check);
  });
  it('has lines for all programs or for none, with the names filled in', () => {
    expect([0, SOFTWARE.length]).toContain(explained.recipes.length);
    for (const { lines } of explained.recipes) {
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.join('\n')).not.toMatch(/undefined|example\.org|HOMESERVER/);
    }
  });
});

/** The faults of design §4 that a web server's configuration causes. */
test.each([
  'MB-FED-001',
  'MB-FED-005',
  'MB-FED-007',
  'MB-FED-011',
  'MB-FED-013',
  'MB-FED-018',
  'MB-FED-026',
  'MB-FED-027',
  'MB-FED-028',
  'MB-FED-029',
  'MB-FED-030',
] as const)('%s has the lines for six programs', (code) => {
  expect(explain(code, PLACES).recipes.map(({ software }) => software)).toEqual(SOFTWARE);
});

test('a certificate is asked for the host, well-known is served at the name', () => {
  const lines = (code: Code, software: string) =>
    explain(code, PLACES).recipes.find((one) => one.software === software)?.lines ?? [];
  expect(lines('MB-FED-013', 'nginx')).toContain('server_name chat.garden.example;');
  expect(lines('MB-FED-101', 'nginx')).toContain(`    return 200 '{"m.server": "chat.garden.example:443"}';`);
  expect(lines('MB-FED-101', 'Caddy')[0]).toBe('# site block of garden.example');
});

test.each([
  ['MB-FED-013', 'MB-FED-013'],
  ['mb-fed-013', 'MB-FED-013'],
  ['FED-13', 'MB-FED-013'],
  ['13', 'MB-FED-013'],
  ['101', 'MB-FED-101'],
  ['99', undefined],
  ['', undefined],
  ['MB-SSH-013', undefined],
])('%j is the code %s', (text, code) => expect(findCode(text)).toBe(code));
