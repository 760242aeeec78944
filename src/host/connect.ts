import type { ConnectOptions } from './connect-options.ts';
import type { Host, Target } from './host.ts';
import type { Session } from './machine.ts';
import { Machine } from './machine.ts';
import { elevate } from './sudo.ts';
import { wayTo } from './way.ts';

export type { ConnectOptions } from './connect-options.ts';

/**
 * Connects, logs in and finds the way to root.
 * @throws Failure MB-SSH-…; Refusal MB-SSH-HOSTKEY-…; UsageError for an identity that is not there.
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Host> {
  const env = options.env ?? process.env;
  const way = await wayTo(target, options, env);
  const opening = way.open();
  options.whileConnecting?.();
  const channel = await opening;
  try {
    const elevation = way.isRoot
      ? ({ kind: 'direct' } as const)
      : await elevate(channel, way.name, {
          ask: options.secrets.sudoPassword,
          interactive: options.interactive,
          signal: options.signal,
        });
    const reconnect = async (): Promise<Session> => ({ channel: await way.open(), elevation });
    return new Machine(way.name, { channel, elevation }, { reconnect, log: options.log });
  } catch (error) {
    await channel.close();
    throw error;
  }
}
