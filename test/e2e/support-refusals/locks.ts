import type { Vps } from '../../world/index.ts';

const pause = () => new Promise((resolve) => setTimeout(resolve, 200));

/** Waits for a condition that the test cannot go on without. */
export const until = async (what: string, seconds: number, condition: () => boolean | Promise<boolean>) => {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} s`);
    await pause();
  }
};

/**
 * A process on the machine that holds a package lock as apt does (fcntl), until it is told to let go.
 * @param afterStartOf take it only once a process of this name runs.
 */
export const holdLock = async (vps: Vps, lock: string, afterStartOf?: string) => {
  const mark = `/tmp/lock-${lock.replaceAll('/', '-')}`;
  const wait = afterStartOf
    ? `while subprocess.run(['pgrep', '-x', '${afterStartOf}'], stdout=subprocess.DEVNULL).returncode: time.sleep(0.02)`
    : '';
  await vps.exec(`rm -f ${mark}.*; mkdir -p "$(dirname ${lock})"; cat >${mark}.py <<'EOF'
import fcntl, os, subprocess, time
${wait}
lock = open('${lock}', 'w')
fcntl.lockf(lock, fcntl.LOCK_EX)
open('${mark}.held', 'w').write(str(os.getpid()))
while not os.path.exists('${mark}.release'): time.sleep(0.1)
EOF
setsid python3 ${mark}.py >/dev/null 2>&1 </dev/null &`);
  return {
    /** The holder's process id, once it has the lock. */
    held: async (seconds: number): Promise<string> => {
      let pid = '';
      await until(`the lock ${lock}`, seconds, async () => {
        pid = (await vps.exec(`cat ${mark}.held 2>/dev/null || true`)).stdout.trim();
        return pid !== '';
      });
      return pid;
    },
    release: () => vps.exec(`touch ${mark}.release`),
  };
};
