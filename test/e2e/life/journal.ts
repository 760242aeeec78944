import type { Server } from './server.ts';

/** The present end of a machine's journal. */
export const journalEnd = async ({ vps }: Server): Promise<string> =>
  (await vps.exec('journalctl -n 0 --show-cursor | sed -n "s/^-- cursor: //p"')).stdout.trim();

/** What sshd has said since. */
export const sshdSince = async ({ vps }: Server, end: string): Promise<string> =>
  (await vps.exec(`journalctl -u ssh --after-cursor='${end}' --no-pager -o short`)).stdout;

/** Connections that sshd tells of: a process for each. */
export const connections = (log: string): number => new Set(log.match(/sshd(?:-session)?\[\d+\]/g)).size;
