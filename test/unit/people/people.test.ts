import { describe, expect, test } from 'vitest';
import {
  type Account,
  accountRows,
  isLastAdmin,
  isServiceAccount,
  readAccount,
  standingOf,
} from '../../../src/people/accounts.ts';
import { howToUse, inviteRows, isOpen, readInviteToken, termsOf } from '../../../src/people/invites.ts';
import { nameProblem, newNameProblem, userIdOf } from '../../../src/people/names.ts';
import { isAsWanted, judgeRegistration, judgeTries } from '../../../src/people/registration.ts';
import { harmless } from '../../../src/ui/harmless.ts';
import { jsonText } from '../../../src/ui/json-text.ts';

const account = (parts: Partial<Account> = {}): Account => ({
  userId: '@anna:example.org',
  displayName: 'anna',
  admin: false,
  locked: false,
  deactivated: false,
  guest: false,
  created: 1_700_000_000_000,
  ...parts,
});
const own = account({ userId: '@matrix-bastion-0123abcd:example.org', admin: true });

describe('the last administrator', () => {
  const admin = account({ userId: '@ada:example.org', admin: true });
  test.each([
    ['alone', [admin], true],
    ['beside an ordinary account', [admin, account()], true],
    ['beside the account of this program', [admin, own], true],
    ['beside one that is locked', [admin, account({ admin: true, locked: true })], true],
    ['beside one that is deactivated', [admin, account({ admin: true, deactivated: true })], true],
    ['beside another one', [admin, account({ admin: true })], false],
  ])('%s', (_, all, last) => expect(isLastAdmin(admin, all)).toBe(last));
  test('an account that is none', () => expect(isLastAdmin(account(), [account()])).toBe(false));
  test('one that is locked already', () =>
    expect(isLastAdmin({ ...admin, locked: true }, [{ ...admin, locked: true }])).toBe(false));
});

test.each([
  ['@matrix-bastion-0123abcd:example.org', true],
  ['@matrix-bastion-anna:example.org', false],
  ['@x-matrix-bastion-0123abcd:example.org', false],
])('%s is the account of this program: %s', (userId, is) =>
  expect(isServiceAccount(account({ userId }))).toBe(is),
);

test('accounts as Synapse lists them; what people wrote cannot move a terminal', () => {
  const read = readAccount({
    name: '@eve:example.org',
    displayname: '\u001b[2Jroot\u202e\n',
    admin: true,
    locked: true,
    deactivated: false,
    is_guest: 0,
    creation_ts: 1_700_000_000_000,
    last_seen_ts: null,
  });
  expect(standingOf(read)).toBe('locked administrator');
  const [row] = accountRows([read]);
  expect(row).toEqual([
    '@eve:example.org',
    '\\u{1b}[2Jroot\\u{202e}\\u{a}',
    'locked administrator',
    '2023-11-14',
    'never',
  ]);
});

describe('names', () => {
  test.each(['anna', '@anna', '@anna:example.org', ' anna '])('%j', (typed) =>
    expect(userIdOf(typed, 'example.org')).toEqual({ userId: '@anna:example.org' }),
  );
  test('of another server', () =>
    expect(userIdOf('@anna:example.com', 'example.org')).toEqual({
      problem: expect.stringContaining('on another server'),
    }));
  test('old ones may hold what new ones may not', () => {
    expect(nameProblem('Anna!')).toBeUndefined();
    expect(newNameProblem('Anna!')).toMatch(/may hold only/);
  });
  test.each(['', 'an na', 'anna\u0007', 'a:b', 'a'.repeat(300)])('%j is none', (typed) =>
    expect(nameProblem(typed)).toMatch(/is no name of an account$/),
  );
  test('control characters are not repeated', () =>
    expect(newNameProblem('a\u001b[31m')).toContain('\\u{1b}[31m'));
});

describe('invitations', () => {
  const now = Date.UTC(2026, 0, 1);
  const token = (parts: object = {}) =>
    readInviteToken({ token: 'abc', uses_allowed: 1, pending: 0, completed: 0, expiry_time: null, ...parts });
  test.each([
    [{}, true],
    [{ completed: 1 }, false],
    [{ pending: 1 }, false],
    [{ uses_allowed: null, completed: 99 }, true],
    [{ uses_allowed: 0 }, false],
    [{ expiry_time: now - 1 }, false],
    [{ expiry_time: now + 1 }, true],
  ])('%j is open: %s', (parts, open) => expect(isOpen(token(parts), now)).toBe(open));
  test('terms', () => {
    expect(termsOf(token({ expiry_time: Date.UTC(2026, 0, 31, 3) }))).toBe(
      'for 1 account, until 2026-01-31 03:00 UTC',
    );
    expect(termsOf(token({ uses_allowed: null }))).toBe('for any number of accounts, without an end');
  });
  test('only a token for one account is put into a link', () => {
    expect(howToUse({ domain: 'example.org' }, token()).join()).toContain('/register/example.org/?token=abc');
    expect(howToUse({ domain: 'example.org' }, token({ uses_allowed: 5 })).join()).not.toContain('abc');
  });
  test('on a web client of the server’s own', () => {
    const on = (name: string, parts: object = {}) =>
      howToUse({ domain: 'example.org', client: { name, host: 'chat.example.org' } }, token(parts))[0];
    expect(on('element')).toBe('In a browser: https://chat.example.org/#/register (it asks for the token)');
    expect(on('cinny', { uses_allowed: null })).toBe(
      'In a browser: https://chat.example.org/register/example.org/?token=abc',
    );
  });
  test('rows', () =>
    expect(inviteRows([token({ completed: 1 }), token({ expiry_time: now - 1 })], now)).toEqual([
      ['abc', 'used', '1 of 1', 'never'],
      ['abc', 'expired', '0 of 1', '2025-12-31 23:59 UTC'],
    ]));
});

describe('who can make an account', () => {
  const flows = (...stages: string[][]) => ({
    status: 401,
    body: { flows: stages.map((one) => ({ stages: one })) },
  });
  test.each([
    [{ status: 403, body: {} }, 'closed'],
    [{ status: 200, body: {} }, 'open'],
    [flows(['m.login.registration_token', 'm.login.dummy']), 'token'],
    [flows(['m.login.dummy']), 'open'],
    [flows(['m.login.registration_token'], ['m.login.email.identity']), 'open'],
    [flows(), 'unknown'],
    [{ status: 429, body: {} }, 'unknown'],
    [{ status: 401, body: { flows: 'all' } }, 'unknown'],
    [undefined, 'unknown'],
  ] as const)('%j: %s', (reply, state) => expect(judgeRegistration(reply)).toBe(state));
  test.each([
    ['closed', 'closed', true],
    ['token', 'closed', false],
    ['closed', 'invite', false],
    ['token', 'invite', true],
    ['open', 'invite', false],
    ['unknown', 'closed', false],
    [undefined, 'closed', false],
  ] as const)('%s where %s is wanted: %s', (state, wanted, is) => expect(isAsWanted(state, wanted)).toBe(is));
});

test('JSON holds hostile text as it is, and none of it raw', () => {
  const value = { name: '\u001b]0;x\u0007\u202eevil\u009b \u{e0001} ü' };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(harmless(text)).toBe(text);
  expect(text).toMatch(/^[\n\x20-\x7eü]+$/);
});

describe('a stranger who tries every door', () => {
  const reply = (status: number, body: object = {}) => ({ status, body: body as Record<string, unknown> });
  const asked = reply(401, { flows: [{ stages: ['m.login.registration_token', 'm.login.dummy'] }] });
  test.each([
    ['all shut but to holders of a token', { guest: reply(403), offered: asked, tried: reply(401) }, 'token'],
    ['all shut', { guest: reply(403), offered: reply(403) }, 'closed'],
    ['let in as a guest', { guest: reply(200), offered: reply(429) }, 'open'],
    ['let in without a token', { guest: reply(403), offered: asked, tried: reply(200) }, 'open'],
    ['slowed down as a guest', { guest: reply(429), offered: asked, tried: reply(401) }, 'unknown'],
    ['slowed down as a guest where the rest is shut', { guest: reply(429), offered: reply(403) }, 'unknown'],
    ['slowed down without a token', { guest: reply(403), offered: asked, tried: reply(429) }, 'unknown'],
    ['a broken server', { guest: reply(502), offered: reply(502) }, 'unknown'],
    ['no answer', {}, 'unknown'],
  ] as const)('%s', (_, tries, state) => expect(judgeTries(tries)).toBe(state));
});
