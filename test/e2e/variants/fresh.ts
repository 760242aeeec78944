import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { stateFile } from '../../support/product.ts';
import { createVps, machines, type Vps, type VpsOptions } from '../../world/index.ts';

/** What the rehearsal takes: small, and from the distribution, so that a file of tests stays within minutes. */
export const SMALL = ['--tier', 'custom', '--rooms', '20'] as const;
export const SMALL_DISTRO = [...SMALL, '--docker-source', 'distro'] as const;

export const removeMachine = async (name: string): Promise<void> => {
  await machines()
    .find((machine) => machine.name === name)
    ?.remove();
};

/** Takes away what the operator has kept about a domain: answers, password, logs. */
export const forgetDomain = (domain: string): void =>
  rmSync(dirname(stateFile(domain, 'x')), { recursive: true, force: true });

/** A machine that no earlier run has touched. */
export const freshMachine = async (options: VpsOptions): Promise<Vps> => {
  await removeMachine(options.name);
  return createVps(options);
};
