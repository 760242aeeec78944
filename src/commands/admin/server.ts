import { type AdminApi, createAdminApi } from '../../apply/admin-api.ts';
import { loadScripts } from '../../apply/load-scripts.ts';
import { takeLock } from '../../apply/lock.ts';
import type { Hands } from '../../apply/tools.ts';
import { serverNameOf } from '../../backup/plan.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { ConnectOptions } from '../../cli/options.ts';
import { Refusal } from '../../errors.ts';
import { gatherFacts, type HostFacts } from '../../host/facts/index.ts';
import { summaryOf } from '../../host/facts/summary.ts';
import { loggedHost } from '../../host/logged.ts';
import { PATHS } from '../../render/layout.ts';
import { openMachine } from '../init/reach.ts';

/** A running server, for a command that asks or tells its admin API something. */
export interface Server extends Omit<Hands, 'progress'> {
  /** How the machine was named: `root@203.0.113.7`. */
  readonly machine: string;
  /** server_name. */
  readonly domain: string;
  readonly facts: HostFacts;
  readonly api: AdminApi;
  /** The machine past the log: for what is people's own business. */
  readonly plain: Hands['host'];
  readonly context: CommandContext;
}

/**
 * Connects, sees that a server of ours runs there, and closes the connection when `work` is over.
 * @throws Refusal MB-SERVER-ABSENT, MB-SERVER-STOPPED
 */
export const onServer = async <T>(
  command: string,
  options: ConnectOptions & { readonly target: string },
  context: CommandContext,
  work: (server: Server) => Promise<T>,
): Promise<T> => {
  const { host: plain, log } = await openMachine(command, options, context);
  try {
    const facts = await gatherFacts(plain, context.signal);
    log.line(`facts: ${summaryOf(facts)}`);
    const domain = serverNameOf(facts);
    if (domain === undefined) throw absent(plain.name, options.target);
    if (!facts.containers.some(({ service, state }) => service === 'synapse' && state === 'running'))
      throw stopped(plain.name, options.target, domain);
    const hands = {
      host: loggedHost(plain, (script, result) => log.command(script, result)),
      scripts: loadScripts(),
      signal: context.signal,
    };
    const api = createAdminApi(plain, hands, (line) => log.line(line));
    return await work({ ...hands, plain, machine: options.target, domain, facts, api, context });
  } finally {
    await plain.close();
  }
};

/** Changes something while no other run changes the machine. */
export const alone = async <T>({ host, scripts }: Server, work: () => Promise<T>): Promise<T> => {
  const lock = await takeLock(host, scripts);
  try {
    return await work();
  } finally {
    await lock.release().catch(() => {});
  }
};

export const absent = (name: string, target: string): Refusal =>
  new Refusal({
    code: 'MB-SERVER-ABSENT',
    what: `There is no server of matrix-bastion on ${name}.`,
    why: `${PATHS.answers} is missing or damaged.`,
    fix: [`Install one: matrix-bastion init ${target}`],
    safe: 'Nothing was changed.',
  });

const stopped = (name: string, target: string, domain: string): Refusal =>
  new Refusal({
    code: 'MB-SERVER-STOPPED',
    what: `Synapse does not run on ${name}.`,
    fix: [`Bring it up: matrix-bastion init ${target} --domain ${domain}`],
    safe: 'Nothing was changed.',
  });
