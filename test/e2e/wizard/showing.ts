/**
 * `node showing.ts run|failure|end`: one screen of the product in this terminal, as the product draws it, with
 * content that is the same every time. `run` stays in the middle of its second step until it is killed.
 */

import type { CommandContext } from '../../../src/cli/context.ts';
import { afterwards } from '../../../src/commands/init/end.ts';
import { NOBODY } from '../../../src/events/events.ts';
import { STEPS } from '../../../src/steps/index.ts';
import { createUi } from '../../../src/ui/ui.ts';
import { someAnswers, someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';

const LOG = '/home/ada/.local/state/matrix-bastion/example.org/logs/2026-01-31T120000Z-init.log';

const { stdout, stderr, stdin, env } = process;
/** Stands still within a step. */
let clock = 0;
const ui = createUi({ stdout, stderr, stdin, env, now: () => clock });

const run = (): Promise<void> =>
  ui.run(
    STEPS.map(({ id, title }, index) => ({
      id,
      title,
      async run(progress) {
        clock += 24_000;
        if (index === 0) return;
        progress('pulling images: 45 % of 7 layers, docker.io/library/postgres:17');
        await new Promise(() => {});
      },
    })),
  );

const failure = (): void =>
  ui.failure(
    {
      code: 'MB-NOT-HEALTHY',
      what: 'synapse does not answer (restarting, exit code 1, restarted 3 times).',
      why: "Error in configuration at 'report_stats': expected a boolean",
      log: [
        '2026-01-31 12:00:01,123 - root - 98 - WARNING - main - ***** STARTING SERVER *****',
        "Error in configuration at 'report_stats': expected a boolean",
      ],
      fix: [
        'On the machine: cd /opt/matrix-bastion && docker compose logs synapse',
        'Correct the cause, then run this again.',
      ],
      safe: 'Your data is untouched.',
    },
    { resume: 'npx matrix-bastion init root@203.0.113.7 --domain example.org', logPath: LOG },
  );

const end = async (): Promise<void> => {
  const keys = { 'ed25519:a_XjJu': 'l8Hft5qXKn1vfHrg3p4+W8gELQVo8N13JkluMfmn2sQ' };
  const facts = someFacts({}, { federation: { verdict: 'green', keys } as never });
  const file = { path: '/password-admin', read: async () => 'f2Kq9sWm4xT7vBn3LpZr', remove: async () => {} };
  const context = {
    ui,
    events: NOBODY,
    interactive: true,
    resume: 'npx matrix-bastion init root@203.0.113.7 --domain example.org',
  } as unknown as CommandContext;
  const store = { password: () => file } as never;
  await afterwards(
    { goal: goalFor(facts, someAnswers()), facts },
    'root@203.0.113.7',
    store,
    {} as never,
    context,
  );
  ui.note(`Log: ${LOG}`);
};

await { run, failure, end }[process.argv[2] as 'run' | 'failure' | 'end']();
