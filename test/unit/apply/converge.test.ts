import { describe, expect, it } from 'vitest';
import { converge, type Situation } from '../../../src/apply/converge.ts';
import type { Tools } from '../../../src/apply/tools.ts';
import { Failure } from '../../../src/errors.ts';
import type { Host, RunResult } from '../../../src/host/host.ts';
import type { Change } from '../../../src/plan/change.ts';
import type { Step } from '../../../src/steps/step.ts';
import { someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';

const FACTS = someFacts();
const SITUATION: Situation = { goal: goalFor(FACTS), facts: FACTS };
const OK: RunResult = { code: 0, stdout: '', stderr: '' };

/** A step that has these changes in its first rounds and none after them. */
const stepWith = (rounds: readonly (readonly Change[])[]): Step => {
  let round = 0;
  return {
    id: 'docker',
    title: 'Docker + Compose',
    changes: () => [...(rounds[round++] ?? [])],
  };
};

const START: Change = { kind: 'start-docker' };
const WELL_KNOWN: Change = { kind: 'await-well-known', domain: 'example.org', published: false };

const toolsWith =
  (ran: string[], signal = new AbortController().signal) =>
  (): Tools => ({
    host: {
      name: 'fake',
      run: async (script: string) => {
        ran.push(script.split('\n')[0] ?? '');
        return OK;
      },
    } as unknown as Host,
    goal: SITUATION.goal,
    operator: {
      wait: 0,
      awaitWellKnown: async () => ({ pending: { code: 'MB-WELL-KNOWN', what: 'Not published yet' } }),
    } as unknown as Tools['operator'],
    scripts: {},
    databasePassword: async () => undefined,
    version: '0.0.0',
    progress: () => {},
    signal,
  });

const run = (step: Step, ran: string[], signal?: AbortSignal) =>
  converge(
    step,
    SITUATION,
    async () => SITUATION,
    toolsWith(ran, signal),
    () => {},
  );

describe('converge', () => {
  it('does nothing and looks at nothing when there is nothing to do', async () => {
    const ran: string[] = [];
    await run(stepWith([[]]), ran);
    expect(ran).toEqual([]);
  });
  it('goes on while a change brings another to light', async () => {
    const ran: string[] = [];
    await run(stepWith([[START], [START], []]), ran);
    expect(ran).toHaveLength(2);
  });
  it('says what still differs when a step does not settle', async () => {
    const forever = stepWith([[START], [START], [START], [START]]);
    await expect(run(forever, [])).rejects.toMatchObject({
      text: { code: 'MB-NOT-CONVERGING', why: 'start Docker, now and at boot' },
    });
    await expect(run(stepWith([[START], [START], [START], [START]]), [])).rejects.toThrow(Failure);
  });
  it('goes on past what only somebody else can finish, and says it once', async () => {
    const ran: string[] = [];
    const { pending } = await run(stepWith([[WELL_KNOWN, START], [WELL_KNOWN], [WELL_KNOWN]]), ran);
    expect(ran).toHaveLength(1);
    expect(pending).toEqual([
      { kind: 'await-well-known', text: { code: 'MB-WELL-KNOWN', what: 'Not published yet' } },
    ]);
  });
  it('begins no further change after Ctrl-C', async () => {
    const controller = new AbortController();
    controller.abort();
    const ran: string[] = [];
    await expect(run(stepWith([[START]]), ran, controller.signal)).rejects.toThrow();
    expect(ran).toEqual([]);
  });
});
