import type { Server } from './server.ts';

/** The present end of a machine's journal, with the sessions of before over, which would have a last word after it. */
export const journalEnd = async ({ vps }: Server): Promise<string> => {
  const { stdout } =
    await vps.exec(`for i in $(seq 300); do pgrep -x sshd-session >/dev/null || break; sleep 0.1; done
journalctl --sync; journalctl -n 0 --show-cursor | sed -n "s/^-- cursor: //p"`);
  return stdout.trim();
};

/** What sshd has said since. */
export const sshdSince = async ({ vps }: Server, end: string): Promise<string> =>
  (await vps.exec(`journalctl --sync; journalctl -u ssh --after-cursor='${end}' --no-pager -o short`)).stdout;

/** Connections that sshd tells of: a process for each, as Debian 13 calls it. The one that listens has its own to say. */
export const connections = (log: string): number => new Set(log.match(/sshd-session\[\d+\]/g)).size;
