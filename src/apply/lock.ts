import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { EXIT, Failure } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { quote } from '../host/quote.ts';
import { marked, script } from './script.ts';
import type { Tools } from './tools.ts';

const FILE = '/run/matrix-bastion/run.lock';

export interface RunLock {
  /** Takes the lock again, for the session of a reconnect, or throws when somebody else has it now. */
  hold(): Promise<void>;
  release(): Promise<void>;
}

/** Takes the lock or says who has it. */
export const lockScript = (
  scripts: Tools['scripts'],
  who: { readonly nonce: string; readonly owner: string; readonly since: string },
): string => script({ scripts }, 'lock.sh', who);

/**
 * Takes the machine's run lock: of two runs one works and the other says who and since when. It goes with the
 * connection, so a killed run never has to be cleaned up after.
 * @throws Failure MB-RUN-LOCKED, exit code 4.
 */
export const takeLock = async (host: Host, scripts: Tools['scripts']): Promise<RunLock> => {
  const nonce = randomBytes(12).toString('hex');
  const owner = `${userInfo().username} on ${hostname()} (pid ${process.pid})`;
  const since = new Date().toISOString();
  const text = lockScript(scripts, { nonce, owner, since });
  const take = async (safe: string): Promise<void> => {
    const result = await host.run(text);
    const holder = marked(result.stdout, 'MB-LOCKED');
    if (holder !== undefined) {
      throw new Failure(
        {
          code: 'MB-RUN-LOCKED',
          what: `Another run is working on ${host.name}.`,
          why: `By ${holder}.`,
          fix: ['Wait until it has ended, then run this again.'],
          safe,
        },
        EXIT.refused,
      );
    }
    if (result.code !== 0) {
      throw new Failure({
        code: 'MB-RUN-LOCK',
        what: 'The lock against a second run could not be taken.',
        why: result.stderr.trim() || `exit code ${result.code}`,
        fix: ['See whether /run on the machine is full or read-only.'],
        safe,
      });
    }
  };
  await take('This run changed nothing.');
  return {
    hold: () => take('What this run did so far stays done; nothing is half done.'),
    release: async () => {
      await host.run(`grep -q ${quote(`^${nonce} `)} ${FILE} 2>/dev/null && rm -f ${FILE} || true`);
    },
  };
};
