import type { CommandContext } from '../../cli/context.ts';
import type { ConnectOptions } from '../../cli/options.ts';
import type { FederationCheck } from '../../federation/check.ts';
import type { Verdict } from '../../federation/judge.ts';
import { parseServerName } from '../../federation/server-name.ts';
import { askHost } from '../../outside/ask-host.ts';
import { openMachine } from '../init/reach.ts';

/**
 * What the machine itself sees of its public name; undefined, with a word about it, when its Synapse cannot be asked.
 * @throws Failure when the machine cannot be reached.
 */
export async function seenFromHost(
  options: ConnectOptions & { readonly target: string },
  { evidence }: FederationCheck,
  context: CommandContext,
): Promise<Verdict | undefined> {
  const { serverName } = evidence;
  const file = evidence.hops.find((hop) => hop.kind === 'well-known');
  const place = parseServerName((file?.kind === 'well-known' ? file.delegated : undefined) ?? serverName);
  if ('invalid' in place) return undefined;
  const { host } = await openMachine('check', options, context);
  try {
    const run = async (script: string) => (await host.run(script, { signal: context.signal })).stdout;
    const seen = await askHost({ serverName, host: place.host, port: place.port ?? 8448 }, run);
    if (seen === undefined)
      context.ui.note(`${options.target} could not be asked: no Synapse of matrix-bastion runs there.`);
    return seen;
  } finally {
    await host.close();
  }
}
