import type { Channel } from '../channel.ts';
import { LostChannel } from '../channel.ts';
import { execute } from './process.ts';

/**
 * This machine. No login shell is in the way here, and nothing of our environment goes along, so that
 * a script finds what it would find over SSH.
 */
export function localChannel(env: NodeJS.ProcessEnv): Channel {
  let closed = false;
  const home = env.HOME ?? '/';
  return {
    get lost() {
      return closed;
    },
    async exec(command, onData) {
      if (closed) throw new LostChannel('it was closed');
      return execute('/bin/sh', ['-c', command], {
        env: { HOME: home, PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
        onData,
      });
    },
    async close() {
      closed = true;
    },
  };
}
