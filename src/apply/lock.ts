import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { EXIT, Failure } from '../errors.ts';
import type { Host, RunResult } from '../host/host.ts';
import { quote } from '../host/quote.ts';
import { marked, script } from './script.ts';
import type { Tools } from './tools.ts';

/** Where the lock is: gone after a reboot, as the runs are. */
export const LOCK_FOLDER = '/run/matrix-bastion';

export interface RunLock {
  /** Takes the lock again, for the session of a reconnect, or throws when somebody else has it now. */
  hold(): Promise<void>;
  release(): Promise<void>;
}

/** Takes the lock or says who has it. */
export const lockScript = (
  scripts: Tools['scripts'],
  who: { readonly nonce: string; readonly owner: string; readonly since: string },
): string => script({ scripts }, 'lock.sh', { folder: LOCK_FOLDER, ...who });

/** What a lock that cannot be written means: nobody else is at work, something is wrong with the machine. */
const BROKEN: Readonly<Record<string, { readonly why: string; readonly fix: readonly string[] }>> = {
  space: {
    why: `No space is left in ${LOCK_FOLDER}.`,
    fix: ['On the machine: df -h /run; df -i /run', 'Make room, then run this again.'],
  },
  readonly: {
    why: `${LOCK_FOLDER} is on a read-only file system.`,
    fix: ['On the machine: mount | grep " /run "', 'Make it writable, then run this again.'],
  },
  denied: {
    why: `${LOCK_FOLDER} may not be written, not even by root.`,
    fix: [`On the machine: ls -ld ${LOCK_FOLDER}; lsattr -d ${LOCK_FOLDER}`],
  },
};

const brokenLock = (host: Host, { code, stdout, stderr }: RunResult, safe: string): Failure => {
  const said = marked(stdout, 'MB-LOCK-BROKEN') ?? '';
  const known = BROKEN[said.split(' ')[0] ?? ''];
  return new Failure({
    code: 'MB-RUN-LOCK',
    what: `The lock against a second run could not be taken on ${host.name}. No other run holds it.`,
    why: known?.why ?? (said.replace(/^\S+ /, '') || stderr.trim() || `exit code ${code}`),
    fix: known?.fix ?? ['See whether /run on the machine is full or read-only.'],
    safe,
  });
};

/**
 * Takes the machine's run lock: of two runs one works and the other says who and since when. It goes with the
 * connection, so a killed run never has to be cleaned up after.
 * @throws Failure MB-RUN-LOCKED or MB-RUN-UNLOCKED, exit code 4; MB-RUN-LOCK when it cannot be written.
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
          fix: [
            'Wait until it has ended, then run this again.',
            `If it hangs, take its lock away: matrix-bastion unlock ${host.name}`,
          ],
          safe,
        },
        EXIT.refused,
      );
    }
    if (/^MB-LOCK-TAKEN-AWAY$/m.test(result.stdout)) {
      throw new Failure(
        {
          code: 'MB-RUN-UNLOCKED',
          what: `The lock of this run on ${host.name} was taken away by unlock.`,
          why: 'Somebody else may be changing the machine now.',
          fix: ['See what the machine is like now: run this again.'],
          safe,
        },
        EXIT.refused,
      );
    }
    if (result.code !== 0) throw brokenLock(host, result, safe);
  };
  await take('This run changed nothing.');
  return {
    hold: () => take('What this run did so far stays done; nothing is half done.'),
    release: async () => {
      const file = `${LOCK_FOLDER}/run.lock`;
      await host.run(`grep -q ${quote(`^${nonce} `)} ${file} 2>/dev/null && rm -f ${file} || true`);
    },
  };
};

/** Who holds the lock. */
export interface LockHolder {
  /** Tells this lock from a later one. */
  readonly nonce: string;
  /** `rebooted`, `ended`: nobody any more; the next run takes it by itself. */
  readonly state: 'held' | 'ended' | 'rebooted';
  /** The session's process on the machine. */
  readonly pid: string;
  /** `anna on laptop (pid 4711)`. */
  readonly owner: string;
  /** RFC 3339 in UTC, by the holder's clock. */
  readonly since: string;
  readonly bootId: string;
}

/** Looks who holds the machine's run lock; undefined when nobody does. */
export const lockHolder = async (host: Host, scripts: Tools['scripts']): Promise<LockHolder | undefined> => {
  const { stdout } = await host.run(script({ scripts }, 'unlock.sh', { folder: LOCK_FOLDER, nonce: '' }));
  const nonce = marked(stdout, 'MB-LOCK-NONCE');
  if (nonce === undefined) return undefined;
  const of = (name: string) => marked(stdout, `MB-LOCK-${name}`) ?? '';
  const state = of('STATE');
  return {
    nonce,
    state: state === 'rebooted' || state === 'ended' ? state : 'held',
    pid: of('PID'),
    owner: of('OWNER'),
    since: of('SINCE'),
    bootId: of('BOOT'),
  };
};

/** Takes this very lock away. False when it is another one, or none, by now. */
export const removeLock = async (
  host: Host,
  scripts: Tools['scripts'],
  { nonce }: LockHolder,
): Promise<boolean> => {
  const { stdout } = await host.run(script({ scripts }, 'unlock.sh', { folder: LOCK_FOLDER, nonce }));
  return /^MB-LOCK-REMOVED$/m.test(stdout);
};
