import { freshMachine } from '../../support/fresh.ts';
import { Server } from '../life/server.ts';
import type { Asked } from './layout.ts';

export interface Servers {
  readonly large: Server;
  /** A small server of somebody else's. */
  readonly peer: Server;
  readonly remove: () => Promise<void>;
}

const install = async (server: Server, { tier, rooms }: Pick<Asked, 'tier' | 'rooms'>): Promise<void> => {
  const run = await server.init('--tier', tier, '--rooms', String(rooms), '--docker-source', 'distro');
  if (run.exitCode !== 0) throw new Error(run.all);
};

/**
 * Both are installed at once, on fresh machines `NAME` and `NAME-peer`, for `NAME.test` and `NAME-peer.test`.
 * @param bin program of the release that the large one is installed with
 */
export const installedServers = async (
  name: string,
  size: { readonly cpus: number; readonly memory: string },
  asked: Pick<Asked, 'tier' | 'rooms'>,
  bin?: string,
): Promise<Servers> => {
  const fresh = async (machine: string, its: { cpus?: number; memory: string }, program?: string) =>
    new Server(await freshMachine(machine, `${machine}.test`, its), `${machine}.test`, program);
  const [large, peer] = await Promise.all([fresh(name, size, bin), fresh(`${name}-peer`, { memory: '4G' })]);
  await Promise.all([install(large, asked), install(peer, { tier: 'custom', rooms: 20 })]);
  const remove = async () => {
    await large.vps.remove();
    await peer.vps.remove();
  };
  return { large, peer, remove };
};
