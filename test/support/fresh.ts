import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createVps, machines, type Vps, type VpsOptions } from '../world/index.ts';
import { stateFile } from './product.ts';

/** A machine and a state folder that nothing has touched; what an earlier run left under these names goes. */
export const freshMachine = async (
  name: string,
  domain: string,
  size: Pick<VpsOptions, 'cpus' | 'memory'> = {},
): Promise<Vps> => {
  await machines()
    .find((machine) => machine.name === name)
    ?.remove();
  rmSync(dirname(stateFile(domain, 'x')), { recursive: true, force: true });
  return createVps({ name, os: 'debian-13', user: 'root', domains: [domain, `matrix.${domain}`], ...size });
};
