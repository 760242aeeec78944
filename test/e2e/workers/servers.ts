import { freshMachine } from '../../support/fresh.ts';
import { installation } from '../../support/product.ts';
import { Server } from '../life/server.ts';
import type { Asked } from './layout.ts';

export interface Servers {
  readonly large: Server;
  /** A small server of somebody else's. */
  readonly peer: Server;
  readonly remove: () => Promise<void>;
}

const install = async (server: Server, { tier, rooms }: Pick<Asked, 'tier' | 'rooms'>): Promise<void> => {
  const flags = ['--tier', tier, '--rooms', String(rooms), '--docker-source', 'distro'];
  const run = await installation({ vps: server.vps, domain: server.domain, flags });
  if (run.exitCode !== 0) throw new Error(run.all);
};

/** Both are installed at once, on fresh machines `NAME` and `NAME-peer`, for `NAME.test` and `NAME-peer.test`. */
export const installedServers = async (
  name: string,
  size: { readonly cpus: number; readonly memory: string },
  asked: Pick<Asked, 'tier' | 'rooms'>,
): Promise<Servers> => {
  const fresh = async (machine: string, its: { cpus?: number; memory: string }) =>
    new Server(await freshMachine(machine, `${machine}.test`, its), `${machine}.test`);
  const [large, peer] = await Promise.all([fresh(name, size), fresh(`${name}-peer`, { memory: '4G' })]);
  await Promise.all([install(large, asked), install(peer, { tier: 'custom', rooms: 20 })]);
  const remove = async () => {
    await large.vps.remove();
    await peer.vps.remove();
  };
  return { large, peer, remove };
};
