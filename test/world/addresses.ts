import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorldError } from './errors.ts';
import { network, paths } from './paths.ts';

export interface Addresses {
  ip: string;
  ip6: string;
}

const counter = join(paths.config, 'next-address');

/** IPv6 addresses end in the same digits, so that a person sees which belong together. */
export const addressesOf = (ip: string): Addresses => ({ ip, ip6: `${network.v6}:${ip.split('.')[3]}` });

/**
 * An address that no machine of this world has had yet: another host key at a known address would be refused, as it
 * should be. Only when all are used up do they begin again.
 */
export function allot(taken: readonly string[]): Addresses {
  const { firstMachine, lastMachine } = network;
  const span = lastMachine - firstMachine + 1;
  const next = existsSync(counter) ? Number(readFileSync(counter, 'utf8')) : firstMachine;
  for (let step = 0; step < span; step += 1) {
    const last = firstMachine + ((next - firstMachine + step) % span);
    const ip = `${network.v4}.${last}`;
    if (taken.includes(ip)) continue;
    mkdirSync(paths.config, { recursive: true });
    writeFileSync(counter, String(last + 1));
    return addressesOf(ip);
  }
  throw new WorldError('All addresses of the world are taken: remove machines with `rm NAME`.');
}

/** An address that was asked for: one that another machine could have had, or one above those. */
export function claim(ip: string, taken: readonly string[]): Addresses {
  const last = Number(ip.split('.')[3]);
  const inside = ip.startsWith(`${network.v4}.`) && last >= network.firstMachine && last <= network.lastFixed;
  if (!inside) {
    throw new WorldError(
      `${ip} is not one of ${network.v4}.${network.firstMachine} to ${network.v4}.${network.lastFixed}.`,
    );
  }
  if (taken.includes(ip)) throw new WorldError(`${ip} is taken by another machine.`);
  return addressesOf(ip);
}
