import { describe, expect, test } from 'vitest';
import {
  apexMeaning,
  budgetLine,
  domainMeaning,
  withoutMatrix,
} from '../../../src/commands/init/wizard-texts.ts';

const RAVELIN = { vcpus: 8, memoryMib: 16 * 1024, diskGib: 480 };

describe('the budget as one line', () => {
  test('says the rooms, the processes and the memory', () => {
    expect(budgetLine({ tier: 'ravelin', rooms: 120 }, RAVELIN)).toMatch(
      /^At 120 rooms: \d+ Synapse processes, [\d.]+ of 16 GB planned\.$/,
    );
  });
  test('changes with the number of rooms', () => {
    expect(budgetLine({ tier: 'ravelin', rooms: 3 }, RAVELIN)).not.toBe(
      budgetLine({ tier: 'ravelin', rooms: 120 }, RAVELIN)?.replace('120', '3'),
    );
  });
  test('takes what a tier is for while the rooms are open', () => {
    expect(budgetLine({ tier: 'ravelin' }, RAVELIN)).toBe(
      budgetLine({ tier: 'ravelin', rooms: 100 }, RAVELIN),
    );
  });
  test('says nothing before there is a tier', () => {
    expect(budgetLine({ rooms: 5 }, RAVELIN)).toBeUndefined();
  });
  test('says it when the box is too small', () => {
    expect(budgetLine({ tier: 'custom', rooms: 5 }, { vcpus: 1, memoryMib: 256, diskGib: 10 })).toMatch(
      /^At 5 rooms: .*256/,
    );
  });
});

describe('a domain that looks like the Matrix host', () => {
  test.each([
    ['matrix.example.org', 'example.org'],
    [' https://Matrix.Example.org/ ', 'example.org'],
    ['synapse.club.example.co.uk', 'club.example.co.uk'],
  ])('%s is asked about', (text, domain) => {
    expect(withoutMatrix(text)?.domain).toBe(domain);
  });
  test.each([
    'example.org',
    'matrix.org',
    'matrix.co.uk',
    'matrix.com.au',
    'mymatrix.example.org',
    'no name',
  ])('%s is not', (text) => {
    expect(withoutMatrix(text)).toBeUndefined();
  });
});

test('what the domain means, with a name in another script both ways', () => {
  expect(domainMeaning('example.org')).toMatch(/^Users will be called @you:example\.org\. /);
  expect(domainMeaning('xn--bcher-kva.example')).toMatch(
    /^Users will be called @you:xn--bcher-kva\.example \(bücher\.example\)\. /,
  );
});

describe('where the domain points', () => {
  const own = ['203.0.113.7', '2001:db8::7'];
  test.each([
    [{ a: ['203.0.113.7'], aaaa: ['2001:DB8::7'] }, /points at this machine/],
    [{ a: ['203.0.113.7'], aaaa: ['2001:db8::9'] }, /2001:db8::9, which is not/],
    [{ a: ['198.51.100.1'], aaaa: [] }, /198\.51\.100\.1, which is not/],
    [{ a: [], aaaa: [], error: 'NXDOMAIN' as const }, /no address in DNS yet/],
    [{ a: [], aaaa: [], error: 'TIMEOUT' as const }, /could not be looked up \(TIMEOUT\)/],
  ])('%j', (found, text) => {
    expect(apexMeaning('example.org', found, own)).toMatch(text);
  });
});
