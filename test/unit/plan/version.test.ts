import { describe, expect, it } from 'vitest';
import { atLeast } from '../../../src/plan/version.ts';

describe('atLeast', () => {
  it.each([
    ['20.10.24+dfsg1', '20.10.10', true],
    ['20.10.5+dfsg1', '20.10.10', false],
    ['5:28.0.1-1~debian.13~trixie', '27.0.0', true],
    ['26.1.5+dfsg1-9+b11', '27.0.0', false],
    ['2.26.1-4', '2.20.0', true],
    ['2.9.0', '2.20.0', false],
    ['27', '27.0.0', true],
    ['', '0', false],
    ['unknown', '1', false],
  ])('%s at least %s: %s', (version, minimum, expected) => {
    expect(atLeast(version, minimum)).toBe(expected);
  });
});
