import { build } from './recipe.ts';
import { machineBase } from './rootfs.ts';

export const systems = { 'debian-12': 'bookworm', 'debian-13': 'trixie' } as const;
export type System = keyof typeof systems;

/** The image of a fresh machine. */
export async function machineImage(system: System): Promise<string> {
  const base = await machineBase(systems[system]);
  return build({ name: `machine-${system}`, folder: 'machine', base, stopSignal: 'SIGRTMIN+3' });
}
