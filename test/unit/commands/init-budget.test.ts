import { describe, expect, it } from 'vitest';
import { budgetsOf } from '../../../src/commands/init/budget.ts';
import { hostFacts, someAnswers, someFacts } from '../../support/facts.ts';

const withBox = (memoryMib: number) => ({
  ...someFacts(),
  databaseBox: { host: hostFacts({ machine: { memoryMib } }), name: 'root@db', reachedAs: '203.0.113.8' },
});

describe('the budgets of the machines', () => {
  it('are those of the machines as found', () => {
    const { budgets, problems } = budgetsOf(someAnswers(), someFacts());
    expect(budgets.app.box).toBe(7900);
    expect(problems).toEqual([]);
  });

  it('of one that is too small are those of the smallest, and the smallness is a problem beside others', () => {
    const { budgets, problems } = budgetsOf(someAnswers(), someFacts({ machine: { memoryMib: 512 } }));
    expect(budgets.app.box).toBe(900);
    expect(problems).toMatchObject([
      {
        code: 'MB-HOST-MEMORY',
        what: 'The machine has 512 MiB of RAM; 900 MiB are the least.',
        expected: '900 MiB of RAM or more',
        stops: 'always',
        who: 'your hosting provider',
      },
    ]);
  });

  it('name the second machine when that is too small', () => {
    const { budgets, problems } = budgetsOf(someAnswers({ dbHost: 'root@db' }), withBox(256));
    expect(budgets.app.box).toBe(7900);
    expect(problems.map(({ fix }) => fix)).toEqual([['Use a larger machine for --db-host (root@db).']]);
  });
});
