import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bothForms, parseHostname } from '../../../src/answers/hostname.ts';
import { idnaProblem, isAllowed } from '../../../src/answers/idna.ts';

/** What the Python package `idna` allows anywhere in a label; Synapse uses it to connect to other servers. */
const recorded = (): ReadonlySet<number> => {
  const text = readFileSync(new URL('recorded/idna.txt', import.meta.url), 'utf8');
  const ranges = text.replace(/^#.*$/gm, '').trim().split(/\s+/);
  const points = ranges.flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    const from = Number.parseInt(first, 16);
    return Array.from({ length: Number.parseInt(last, 16) - from + 1 }, (_, index) => from + index);
  });
  return new Set(points);
};

test('every single character is judged as the package does', () => {
  const allowed = recorded();
  expect(allowed.size).toBeGreaterThan(100_000);
  const wrong: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    if (isAllowed(String.fromCodePoint(point)) !== allowed.has(point)) wrong.push(point.toString(16));
  }
  expect(wrong).toEqual([]);
});

/** Labels and whether `idna.encode(label + '.example')` of idna 3.13 takes them. */
const LABELS: readonly (readonly [string, boolean])[] = [
  ['xn--bcher-kva', true],
  ['xn--strae-oqa', true],
  ['xn--fa-hia', true],
  ['xn--3xab', true],
  ['xn--mxa7a', true],
  ['xn--ll-0ea', true],
  ['xn--ab-0ea', false],
  ['xn--uba', false],
  ['xn--wva4j', true],
  ['xn--wva3j', false],
  ['xn--4db4e', true],
  ['xn--4db3e', false],
  ['xn--y9j9oc', true],
  ['xn--vek', false],
  ['xn--a-iju', false],
  ['xn--vekv29f', true],
  ['xn--8hbc', false],
  ['xn--8hb40a', false],
  ['xn--dmbc', true],
  ['xn--11b2ezcw70k', true],
  ['xn--11b2e898f', false],
  ['xn--l2b0c', true],
  ['xn--l3c6e', true],
  ['xn--e28h', false],
  ['xn--i-7iq', false],
  ['xn--n3h', false],
  ['xn--hsg', false],
  ['xn--58d', true],
  ['xn--kz9a', false],
  ['xn--bj0bj06e', true],
  ['xn--fgk', false],
  ['xn--ypd', false],
  ['xn--1ra', true],
  ['xn--chb', false],
  ['xn--xtb', false],
  ['xn--ytb', false],
  ['xn--w6j', true],
  ['xn--e8j', false],
  ['xn--37j', false],
  ['xn--kha', false],
  ['xn--lja', false],
  ['xn--0fa', false],
  ['xn--1-zhc', true],
  ['xn--a-zhc', false],
  ['xn--1-0hc', false],
  ['xn----zfa', false],
  ['xn----0fa', false],
  ['xn--ab---ooa', false],
  ['xn--xn---ooa', false],
  ['xn--a-wbb', false],
  ['xn--a-epc', true],
  ['xn--a-kln', false],
  ['xn--md1h', false],
  ['xn--z0g', false],
  ['xn--x4g', false],
  ['xn--m2g', false],
  ['xn--0ba', false],
  ['xn--hba', false],
  ['xn--jm6c', false],
  ['xn--ph7c', false],
  ['xn--rvg', false],
  ['xn--l-fda', false],
  ['xn--jna', true],
  ['xn--q7f', true],
  ['xn--tej', true],
  ['xn--xw8a', true],
  ['xn--b4f', false],
  ['xn--kkg', false],
];

test.each(LABELS)('%s: %s, as the package says', (label, taken) => {
  expect(parseHostname(`${label}.example`, 230).ok).toBe(taken);
});

test.each([
  ['😀.example', 'has 😀 (U+1F600), which names must not have (IDNA 2008): other servers would not connect'],
  ['a·b.example', 'has · (U+00B7) where it must not stand'],
  ['ab--ä.example', 'has a part with hyphens in the third and fourth place'],
  ['-ä.example', 'has a part that begins or ends with a hyphen'],
])('%s is refused with the reason', (name, reason) => {
  expect(parseHostname(name, 230)).toMatchObject({ ok: false, problem: `"${name}" ${reason}` });
});

test('plain names are no matter of it', () => {
  expect(idnaProblem('r3---sn-abc.example.org')).toBeUndefined();
});

test('both forms', () => {
  expect(bothForms('xn--bcher-kva.example')).toBe('xn--bcher-kva.example (bücher.example)');
  expect(bothForms('example.org')).toBe('example.org');
  expect(bothForms('xn--bcher-kva.example:8448')).toBe('xn--bcher-kva.example:8448');
});
