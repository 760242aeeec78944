import { serverNameOf } from '../../backup/plan.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import type { ExitCode } from '../../errors.ts';
import { gatherFacts, type HostFacts } from '../../host/facts/index.ts';
import { absent } from '../admin/server.ts';
import { type Connection, openConnection } from './connection.ts';
import { installOver } from './install-over.ts';

/** The machine before anything is planned. */
export interface Found {
  readonly connection: Connection;
  readonly facts: HostFacts;
  /** server_name. */
  readonly domain: string;
}

interface Given {
  /** The command that it is run by. */
  readonly command: string;
  /** As the operator names the machine. */
  readonly target: string;
  /** What has to hold before; rejects where it does not. */
  readonly before?: (found: Found) => Promise<void>;
}

/**
 * `init` with these answers, on a machine that has a server: this is no way to install one. Over one connection: a secret
 * that came on standard input is there once. The answers are there before it connects: what is said then is what is installed.
 * @throws Refusal MB-SERVER-ABSENT
 */
export const initOverServer = async (
  init: InitOptions,
  { command, target, before }: Given,
  context: CommandContext,
): Promise<ExitCode> => {
  const connection = await openConnection(init, context, { command });
  try {
    const facts = await gatherFacts(connection.host, context.signal);
    const domain = serverNameOf(facts);
    if (domain === undefined) throw absent(connection.host.name, target);
    await before?.({ connection, facts, domain });
    return await installOver(connection, init, context);
  } finally {
    await connection.host.close();
  }
};
