import { describe, expect, test } from 'vitest';
import { powerOf } from '../../../src/people/power.ts';
import {
  additionalCreators,
  banners,
  claimantsOf,
  followersOf,
  inviters,
  mappedPower,
  type OldRoom,
  oldRoom,
  type State,
  successorRequest,
} from '../../../src/people/succession.ts';
import { missedLines, previewLines, wayOf } from '../../../src/people/succession-plan.ts';

const [ADMIN, ANNA, EVE] = ['@admin:example.org', '@anna:example.org', '@eve:example.com'];

const state = (type: string, content: object, stateKey = '', sender = EVE): State => ({
  type,
  stateKey,
  sender,
  eventId: `$${type}`,
  content: content as State['content'],
});
const member = (userId: string, membership = 'join') =>
  state('m.room.member', { membership }, userId, userId);

const room = (given: readonly State[] = [], version = '11', create: object = {}): OldRoom => {
  const read = oldRoom('!old:example.com', [
    state('m.room.create', { room_version: version, ...create }),
    state('m.room.power_levels', { users: { [EVE]: 100 } }),
    member(ADMIN),
    member(ANNA),
    member(EVE),
    ...given,
  ]);
  if (read === undefined) throw new Error('there is a first event');
  return read;
};

const powerful = (users: object) =>
  oldRoom('!old:example.com', [
    state('m.room.create', { room_version: '11' }),
    state('m.room.power_levels', { users, events: { 'm.room.tombstone': 80 } }),
    member(ADMIN),
    member(ANNA),
    member(EVE),
  ]) as OldRoom;

const LOCALS = { domain: 'example.org', administrators: [ADMIN], usable: new Set([ADMIN, ANNA]) };
const SETTINGS = { ...LOCALS, mayStandBeside: false };

describe('who does it', () => {
  test('an administrator with the power, else whoever of this server has most', () => {
    expect(wayOf(powerful({ [ADMIN]: 80, [ANNA]: 100 }), SETTINGS)).toEqual({ kind: 'replace', by: ADMIN });
    expect(wayOf(powerful({ [ADMIN]: 79, [ANNA]: 90 }), SETTINGS)).toEqual({ kind: 'replace', by: ANNA });
    expect(wayOf(powerful({ [ADMIN]: 80, [ANNA]: 80 }), { ...SETTINGS, as: ANNA })).toEqual({
      kind: 'replace',
      by: ANNA,
    });
  });
  test('without the power a room beside it, where that will do', () => {
    expect(wayOf(room(), SETTINGS)).toEqual({ problem: 'no-power' });
    expect(wayOf(room(), { ...SETTINGS, mayStandBeside: true })).toEqual({ kind: 'beside', by: ADMIN });
    expect(wayOf(room(), { ...SETTINGS, mayStandBeside: true, as: ANNA })).toEqual({
      kind: 'beside',
      by: ANNA,
    });
    expect(wayOf(room(), { ...SETTINGS, as: '@no:example.org' })).toEqual({ problem: 'not-in-it' });
  });
  test('nobody here', () => {
    expect(wayOf(room(), { ...SETTINGS, usable: new Set() })).toEqual({ problem: 'nobody-here' });
  });
  test('nobody whose account is locked or deactivated, which stays in the room', () => {
    const both = powerful({ [ADMIN]: 80, [ANNA]: 100 });
    const usable = new Set([ADMIN]);
    expect(wayOf(both, { ...SETTINGS, administrators: [], usable })).toEqual({ kind: 'replace', by: ADMIN });
    const beside = { ...SETTINGS, administrators: [], usable, mayStandBeside: true };
    expect(wayOf(powerful({ [ANNA]: 79 }), beside)).toEqual({ kind: 'beside', by: ADMIN });
    expect(wayOf(both, { ...beside, as: ANNA })).toEqual({ problem: 'not-in-it' });
    expect(inviters(both, { ...LOCALS, usable })).toEqual([ADMIN]);
  });
  test('a second time the one that is there is gone on with', () => {
    const replaced = room([state('m.room.tombstone', { replacement_room: '!new' })]);
    expect(wayOf(replaced, SETTINGS)).toEqual({ kind: 'go-on', successor: '!new' });
    expect(wayOf(room(), { ...SETTINGS, mayStandBeside: true, madeBeside: '!new' })).toEqual({
      kind: 'go-on',
      successor: '!new',
    });
  });
});

test('bans are kept by whoever may ban, which is not whoever may invite', () => {
  const fresh = powerful({ [ADMIN]: 49, [ANNA]: 50 });
  expect(inviters(fresh, LOCALS)).toEqual([ADMIN, ANNA]);
  expect(banners(fresh, LOCALS)).toEqual([ANNA]);
  expect(banners(powerful({ [ANNA]: 49 }), LOCALS)).toEqual([]);
});

describe('power', () => {
  test('creators of version 12 have all of it and are in no list', () => {
    const twelve = room([], '12', { additional_creators: [ANNA] });
    expect(powerOf(EVE, twelve)).toBe(Number.POSITIVE_INFINITY);
    expect(powerOf(ANNA, twelve)).toBe(Number.POSITIVE_INFINITY);
    expect(powerOf(ADMIN, twelve)).toBe(0);
    expect(additionalCreators(twelve, ADMIN, '12')).toEqual([EVE, ANNA]);
    expect(mappedPower(twelve, ADMIN, '12').users).toEqual({});
  });
  test('into version 12: whoever makes it is not listed, others keep their level', () => {
    const old = powerful({ [ADMIN]: 50, [EVE]: 100 });
    expect(mappedPower(old, ADMIN, '12')).toEqual({
      users: { [EVE]: 100 },
      events: { 'm.room.tombstone': 80 },
    });
    expect(additionalCreators(old, ADMIN, '12')).toEqual([]);
  });
  test('into an older version: whoever makes it may set all of its state; creators become people with 100', () => {
    const strict = oldRoom('!old', [
      state('m.room.create', { room_version: '11' }),
      state('m.room.power_levels', { users: { [EVE]: 100 }, events: { 'm.room.name': 150 } }),
      member(ADMIN),
    ]) as OldRoom;
    expect(mappedPower(strict, ADMIN, '11').users).toEqual({ [EVE]: 100, [ADMIN]: 150 });
    expect(mappedPower(room([], '12'), ADMIN, '11').users).toEqual({ [EVE]: 100, [ADMIN]: 100 });
  });
  test('levels that an old room says as text are numbers in the new one; what is none is left out', () => {
    const old = oldRoom('!old', [
      state('m.room.create', { room_version: '6' }),
      state('m.room.power_levels', {
        users: { [EVE]: '100', [ANNA]: ' 50', '@fay:example.com': 'much' },
        events: { 'm.room.name': '60', 'm.room.topic': null },
        notifications: { room: '20' },
        ban: '75',
        kick: {},
        invite: 0,
        users_default: 1e300,
        'org.example.note': 'kept',
      }),
      member(ADMIN),
    ]) as OldRoom;
    expect(mappedPower(old, ADMIN, '12')).toEqual({
      users: { [EVE]: 100, [ANNA]: 50 },
      events: { 'm.room.name': 60 },
      notifications: { room: 20 },
      ban: 75,
      invite: 0,
      'org.example.note': 'kept',
    });
    expect(mappedPower(old, ADMIN, '11').users).toEqual({ [EVE]: 100, [ANNA]: 50, [ADMIN]: 100 });
  });
  test('a room without levels is its creator’s', () => {
    const bare = oldRoom('!old', [state('m.room.create', {}), member(EVE)]) as OldRoom;
    expect([powerOf(EVE, bare), powerOf(ADMIN, bare), bare.version]).toEqual([100, 0, '1']);
  });
  test.each([
    ['75', 75],
    [Number.NaN, 0],
    [{}, 0],
  ])('a level that is written as %j is %j', (level, power) => {
    expect(powerOf(ADMIN, powerful({ [ADMIN]: level }))).toBe(power);
  });
});

test('a room beside the old one takes its state, names it, and tells who may', () => {
  const old = room(
    [
      state('m.room.name', { name: 'Garden' }),
      state('m.room.join_rules', { join_rule: 'public' }),
      state('m.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' }),
      state('m.room.pinned_events', { pinned: ['$a'] }),
      state('m.space.child', { via: ['example.org'] }, '!child'),
      state('m.space.child', {}, '!gone'),
    ],
    '11',
    { type: 'm.space' },
  );
  const body = successorRequest(old, { by: ADMIN, version: '12', alias: 'garden' });
  expect(body).toMatchObject({
    room_version: '12',
    preset: 'public_chat',
    room_alias_name: 'garden',
    creation_content: { predecessor: { room_id: '!old:example.com' }, type: 'm.space' },
  });
  expect(
    (body.initial_state as { type: string; state_key: string }[]).map(
      ({ type, state_key }) => type + state_key,
    ),
  ).toEqual([
    'm.room.power_levels',
    'm.room.name',
    'm.room.join_rules',
    'm.room.encryption',
    'm.space.child!child',
  ]);
  const older = successorRequest(old, { by: ADMIN, version: '11' });
  expect(older.creation_content).toMatchObject({ predecessor: { event_id: '$m.room.create' } });
});

describe('who comes over', () => {
  const old = room([
    member('@fay:example.com', 'invite'),
    member('@gus:example.org', 'invite'),
    member('@mal:example.com', 'ban'),
  ]);
  const PEOPLE = { ...LOCALS, usable: new Set([ADMIN, ANNA, '@gus:example.org']) };
  test('people of this server are joined, others asked, bans kept', () => {
    expect(followersOf(old, { state: [member(ADMIN)] }, { ...PEOPLE, leads: true })).toEqual({
      join: [ANNA],
      invite: [EVE, '@fay:example.com', '@gus:example.org'],
      ban: ['@mal:example.com'],
    });
  });
  test('nobody with a locked or deactivated account', () => {
    const some = { ...LOCALS, usable: new Set([ADMIN]), leads: true };
    expect(followersOf(old, { state: [member(ADMIN)] }, some)).toMatchObject({
      join: [],
      invite: [EVE, '@fay:example.com'],
    });
  });
  test('whoever is there, was asked or has left again is left alone', () => {
    const fresh = [
      member(ADMIN),
      member(ANNA, 'leave'),
      member(EVE, 'invite'),
      member('@mal:example.com', 'ban'),
    ];
    expect(followersOf(old, { state: fresh }, { ...PEOPLE, leads: true })).toEqual({
      join: [],
      invite: ['@fay:example.com', '@gus:example.org'],
      ban: [],
    });
    const asked = { state: [member(ADMIN), member(ANNA, 'invite')] };
    expect(followersOf(old, asked, { ...PEOPLE, leads: true }).join).toEqual([ANNA]);
  });
  test('into a room for everybody nobody is asked, as long as the old one leads there', () => {
    const fresh = { state: [member(ADMIN), state('m.room.join_rules', { join_rule: 'public' })] };
    expect(followersOf(old, fresh, { ...PEOPLE, leads: true }).invite).toEqual([]);
    expect(followersOf(old, fresh, { ...PEOPLE, leads: false }).invite).toHaveLength(3);
  });
});

describe('what is said', () => {
  test('who does it, what comes along, and what has to be done elsewhere', () => {
    const old = room([
      state('m.room.canonical_alias', { alias: '#garden:example.com', alt_aliases: ['#g:example.org', 3] }),
    ]);
    const said = previewLines({
      room: old,
      way: { kind: 'beside', by: ADMIN },
      version: '12',
      locals: LOCALS,
      alias: 'garden',
    }).join('\n');
    for (const part of [
      'the old room stays open',
      '#garden:example.org',
      'Stays where it is: #garden:example.com.',
      '1 person of yours is taken along',
      'It is encrypted, which the old one is not',
    ])
      expect(said).toContain(part);
  });
  test('a hostile id is made harmless, and a long list cut', () => {
    const missed = Array.from({ length: 30 }, (_, at) => ({ userId: `@a${at}:x\u001b`, why: '502' }));
    const lines = missedLines(missed);
    expect(lines).toHaveLength(12);
    expect(lines.join()).not.toContain('\u001b');
  });
});

test('a successor names its predecessor; a text that merely holds the id does not', () => {
  const made = (content: object, sender = ADMIN) => ({
    room_id: '!new',
    event: JSON.stringify({ sender, content }),
  });
  expect(claimantsOf([made({ predecessor: { room_id: '!old' } }, EVE)], '!old')).toEqual([
    { roomId: '!new', creator: EVE },
  ]);
  expect(claimantsOf([made({ note: '!old' }), made({ predecessor: '!old' })], '!old')).toEqual([]);
});
