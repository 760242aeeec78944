import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { product, stateFile } from '../../support/product.ts';
import type { Server } from '../life/server.ts';

/** Known only when the tests run, not when they are registered. */
export type TheServer = () => Server;

interface Said {
  readonly code?: number;
  readonly input?: string;
}

/** A command for a running server as the operator types it, without a terminal. */
export const people = async (
  { vps }: Server,
  words: readonly string[],
  { code = 0, input }: Said = {},
): Promise<{ readonly stdout: string; readonly stderr: string; readonly all: string }> => {
  const [command = '', action = '', ...rest] = words;
  const line = [command, action, `${vps.user}@${vps.ip}`, ...rest];
  const run = await product([...line, '--host-key', vps.fingerprint, '--non-interactive'], {
    ...(input === undefined ? {} : { input }),
  });
  expect(run.exitCode, run.all).toBe(code);
  return { stdout: run.stdout, stderr: run.stderr, all: run.all };
};

/** The password that was made for somebody, as the operator finds it. */
export const madePassword = ({ domain }: Server, name: string): string =>
  readFileSync(stateFile(domain, `password-${name}`), 'utf8').trim();

export interface ListedAccount {
  readonly userId: string;
  readonly displayName: string;
  readonly administrator: boolean;
  readonly locked: boolean;
  readonly deactivated: boolean;
  readonly ownAccountOfTheTool: boolean;
}

export const accountsOf = async (server: Server): Promise<readonly ListedAccount[]> => {
  const { stdout } = await people(server, ['user', 'list', '--json']);
  return (JSON.parse(stdout) as { accounts: ListedAccount[] }).accounts;
};

export interface ListedInvite {
  readonly token: string;
  readonly link: string;
  readonly open: boolean;
  readonly uses: number | null;
  readonly completed: number;
}

export const invite = async (server: Server, ...flags: string[]): Promise<readonly ListedInvite[]> => {
  const { stdout } = await people(server, ['invite', 'create', '--json', ...flags]);
  return (JSON.parse(stdout) as { invitations: ListedInvite[] }).invitations;
};

export const invitesOf = async (server: Server): Promise<readonly ListedInvite[]> => {
  const { stdout } = await people(server, ['invite', 'list', '--json']);
  return (JSON.parse(stdout) as { invitations: ListedInvite[] }).invitations;
};
