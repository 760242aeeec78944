import { expect, test } from 'vitest';
import { makeInviteToken, makePassword } from '../../../src/people/password.ts';

test.each([
  ['a password', makePassword, 20],
  ['a token', makeInviteToken, 16],
] as const)('%s is letters and digits, and another one each time', (_, make, length) => {
  const made = Array.from({ length: 500 }, make);
  for (const one of made) expect(one).toMatch(new RegExp(`^[A-Za-z2-9]{${length}}$`));
  expect(new Set(made).size).toBe(made.length);
});
