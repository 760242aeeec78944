import { expect, test } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import type { CommandContext } from '../../../src/cli/context.ts';
import { afterwards } from '../../../src/commands/init/end.ts';
import { NOBODY } from '../../../src/events/events.ts';
import { someAnswers, someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';

/** The end of an installation with this web client, as a person reads it. */
const endWith = async (client?: Answers['client']): Promise<string> => {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const ui = { say, note: say, table: () => {}, showOnce: () => {} };
  const context = { ui, events: NOBODY, interactive: true, resume: 'again' } as unknown as CommandContext;
  const facts = someFacts();
  const goal = goalFor(facts, { ...someAnswers(), ...(client && { client }) });
  const store = { password: () => ({ path: '/password', read: async () => undefined }) } as never;
  await afterwards({ goal, facts }, 'root@vps', store, {} as never, context);
  return lines.join('\n');
};

test.each([
  [undefined, 'when Element offers a recovery key', 'Settings, Devices'],
  [{ name: 'element', host: 'chat.example.org' }, 'when Element offers a recovery key', 'Settings, Devices'],
  [
    { name: 'cinny', host: 'chat.example.org' },
    'in Settings, Devices, enable verification',
    'Element offers',
  ],
] as const)('with %j the way to a recovery key is the one of that client', async (client, says, not) => {
  const end = await endWith(client);
  expect(end).toContain(says);
  expect(end).not.toContain(not);
  expect(end).toMatch(/second device \(Element X, FluffyChat, any other app\), and verify it/);
});
