import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { operator } from '../../world/index.ts';
import { until } from '../../world/wait.ts';
import { figure, seconds } from '../life/figures.ts';
import { findsNothingToDo, type Server } from '../life/server.ts';
import type { Account } from './accounts.ts';

const OPENING = fileURLToPath(new URL('./opening.ts', import.meta.url));
const PROBING = fileURLToPath(new URL('./probing.ts', import.meta.url));

/** Somebody logged in and their room, as `opening.ts` writes and `probing.ts` reads it. */
export type Conversation = string & { readonly conversation: never };

const run = async (program: string, input: string): Promise<string> => {
  const { exitCode, stdout, all } = await operator.run([process.execPath, program], { input });
  expect(exitCode, all).toBe(0);
  return stdout;
};

export const openConversation = async (account: Account): Promise<Conversation> =>
  (await run(OPENING, JSON.stringify(account))) as Conversation;

/** Goes on until a message is sent and seen in a sync, and every kind of process answers. */
const goOn = async (conversation: Conversation): Promise<void> => {
  await run(PROBING, conversation);
};

/** After a fault: sending, syncing and the rest work again, by themselves; how soon is a figure, and ten minutes mean never. */
export const goesOnAfter = async (
  what: string,
  fault: () => Promise<unknown>,
  conversation: Conversation,
): Promise<void> => {
  const begun = performance.now();
  await fault();
  await goOn(conversation);
  const took = performance.now() - begun;
  figure(`from ${what} to a message that is sent and seen, and answers of all`, seconds(took));
  expect(took).toBeLessThan(600_000);
};

/** In the end every service is healthy, and the product finds what it planned. */
export const isAsPlanned = async (server: Server): Promise<void> => {
  const ill = () => server.shell(`docker ps --format '{{.Status}}' | grep -vc '(healthy)' || true`);
  await until('healthy services', async () => (await ill()).trim() === '0', 300_000);
  await findsNothingToDo(server);
};
