import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import { disable, enable } from '../../../src/commands/moderation/enable.ts';
import { EXIT } from '../../../src/errors.ts';
import type { HostFacts } from '../../../src/host/facts/index.ts';
import { someFacts } from '../../support/facts.ts';
import { installed } from '../../support/installed.ts';
import { moderationOptions } from './server.ts';

const machine = vi.hoisted(() => ({
  facts: undefined as unknown,
  /** What the command did with the machine, in order. */
  did: [] as unknown[],
}));

vi.mock('../../../src/commands/init/connection.ts', () => ({
  openConnection: async ({ answers }: { answers: unknown }) => {
    machine.did.push(['connect', answers]);
    return { host: { name: 'vps', close: async () => void machine.did.push('close') } };
  },
}));
vi.mock('../../../src/commands/init/install-over.ts', () => ({
  installOver: async (_: unknown, { answers }: { answers: unknown }) => {
    machine.did.push(['install', answers]);
    return EXIT.done;
  },
}));
// The way of a command that takes no answers: a second connection, which asks for secrets again.
vi.mock('../../../src/commands/init/reach.ts', () => ({
  openMachine: async () => {
    machine.did.push('connect beside');
    return { host: { name: 'vps', close: async () => {} }, log: { line: () => {} } };
  },
}));
vi.mock('../../../src/host/facts/index.ts', () => ({
  gatherFacts: async () => machine.facts as HostFacts,
}));

const noted: string[] = [];
const context = {
  signal: new AbortController().signal,
  ui: { note: (line: string) => void noted.push(line) },
} as unknown as CommandContext;

beforeEach(() => {
  machine.did.length = 0;
  noted.length = 0;
  machine.facts = installed().host;
});

test.each([
  ['enable', 'mjolnir', enable],
  ['disable', 'none', disable],
] as const)('%s connects once', async (action, moderation, command) => {
  const options = moderationOptions({ action, bot: 'mjolnir' });
  expect(await command(options, context)).toBe(EXIT.done);
  expect(machine.did).toEqual([['connect', { moderation }], ['install', { moderation }], 'close']);
});

test('a bot protects nothing by itself: the end says the next commands', async () => {
  await enable(moderationOptions({ action: 'enable', bot: 'draupnir' }), context);
  for (const action of ['protect', 'subscribe'])
    expect(noted.join()).toContain(`matrix-bastion moderation ${action} root@vps '#`);
});

test('a machine without a server is not installed', async () => {
  machine.facts = someFacts().host;
  const options = moderationOptions({ action: 'enable', bot: 'draupnir' });
  await expect(enable(options, context)).rejects.toMatchObject({ text: { code: 'MB-SERVER-ABSENT' } });
  expect(machine.did).toEqual([['connect', { moderation: 'draupnir' }], 'close']);
});
