import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/plan/change.ts';
import { describeChange } from '../../../src/plan/describe.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { botTokenPath } from '../../../src/render/moderation.ts';
import { admin } from '../../../src/steps/6-admin.ts';
import { STEPS } from '../../../src/steps/index.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

const ANSWERS = { moderation: 'draupnir' } as const;

const withHost = (facts: Facts, host: Partial<Facts['host']>): Facts => ({
  ...facts,
  host: { ...facts.host, ...host },
});
const settled = (): Facts => installed(ANSWERS);
const kinds = (facts: Facts, answers: object = ANSWERS) =>
  admin.changes(goalFor(facts, answers), facts).map(({ kind }) => kind);

describe('the moderation bot', () => {
  test('settled: nothing to do, in no step', () => {
    const facts = settled();
    const goal = goalFor(facts, ANSWERS);
    expect(STEPS.flatMap((step) => step.changes(goal, facts))).toEqual([]);
  });

  test('an account and a room before it starts', () => {
    const facts = withHost(settled(), { moderationMark: '' });
    expect(kinds(facts)).toEqual(['create-moderation-bot', 'start-services', 'await-healthy']);
    expect(admin.changes(goalFor(facts, ANSWERS), facts)[0]).toMatchObject({
      bot: 'draupnir',
      userId: '@draupnir:example.org',
      manager: '@admin:example.org',
    });
  });

  test.each([
    ['interrupted', 'pending @draupnir:example.org\n'],
    ['for another administrator', 'made @draupnir:example.org for @eve:example.org\n'],
    ['for another bot', 'made @mjolnir:example.org for @admin:example.org\n'],
  ])('made again when it was %s', (_, moderationMark) =>
    expect(kinds(withHost(settled(), { moderationMark }))).toContain('create-moderation-bot'),
  );

  test('a token that is gone is made anew', () => {
    const facts = settled();
    const { [botTokenPath('draupnir')]: _, ...files } = facts.host.files;
    expect(kinds(withHost(facts, { files }))).toContain('create-moderation-bot');
  });

  test('one whose token Synapse does not take any more gets a new one, and starts with it', () => {
    const facts = withHost(settled(), { refusedBots: ['draupnir'] });
    expect(kinds(facts)).toEqual(['create-moderation-bot', 'start-services', 'await-healthy']);
    expect(describeChange(admin.changes(goalFor(facts, ANSWERS), facts)[0] as Change)).toMatch(
      /^give @draupnir:example.org a new token/,
    );
    expect(kinds(withHost(settled(), { refusedBots: ['mjolnir'] }))).toEqual([]);
  });

  test('one that stopped is started, and one that is ill is waited for', () => {
    const stopped = settled();
    const containers = (change: object) =>
      stopped.host.containers.map((one) => (one.service === 'draupnir' ? { ...one, ...change } : one));
    expect(kinds(withHost(stopped, { containers: containers({ state: 'exited' }) }))).toEqual([
      'start-services',
      'await-healthy',
    ]);
    expect(kinds(withHost(stopped, { containers: containers({ health: 'unhealthy' }) }))).toEqual([
      'await-healthy',
    ]);
  });

  test('not wanted any more it goes; another takes its place', () => {
    expect(kinds(settled(), {})).toEqual(['remove-services']);
    expect(kinds(settled(), { moderation: 'mjolnir' })).toEqual([
      'remove-services',
      'create-moderation-bot',
      'start-services',
      'await-healthy',
    ]);
  });
});
