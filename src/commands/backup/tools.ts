import { loadScripts } from '../../apply/load-scripts.ts';
import type { Hands } from '../../apply/tools.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { BackupOptions } from '../../cli/options.ts';
import { gatherFacts, type HostFacts } from '../../host/facts/index.ts';
import { summaryOf } from '../../host/facts/summary.ts';
import type { Host } from '../../host/host.ts';
import { loggedHost } from '../../host/logged.ts';
import { openMachine } from '../init/reach.ts';

/** What each form of the command works with. */
export interface BackupTools extends Omit<Hands, 'progress'> {
  /** The same machine without the log. */
  readonly plain: Host;
  readonly facts: HostFacts;
  readonly context: CommandContext;
}

/** Connects, looks at the machine once, and closes the connection when `work` is over. */
export const onMachine = async <T>(
  options: BackupOptions,
  context: CommandContext,
  work: (tools: BackupTools) => Promise<T>,
): Promise<T> => {
  const { host: plain, log } = await openMachine('backup', options, context);
  try {
    const facts = await gatherFacts(plain, context.signal);
    log.line(`facts: ${summaryOf(facts)}`);
    const host = loggedHost(plain, (script, result) => log.command(script, result));
    return await work({ host, plain, facts, scripts: loadScripts(), signal: context.signal, context });
  } finally {
    await plain.close();
  }
};
