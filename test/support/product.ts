import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { network, operator, trust, type Vps } from '../world/index.ts';

export const BIN = fileURLToPath(new URL('../../bin/matrix-bastion.js', import.meta.url));

/** The networks of the world, as the private federation that they are. */
export const PRIVATE_NETWORKS = [`${network.v4}.0/24`, 'fd6d:6278:99::/64'] as const;

export interface Deployment {
  readonly vps: Vps;
  readonly domain: string;
  /** Flags beside those that every installation in the world needs. */
  readonly flags?: readonly string[];
}

/** The command line of an installation as an operator in the world types it. */
export const initArguments = ({ vps, domain, flags = [] }: Deployment): string[] => [
  'init',
  `${vps.user}@${vps.ip}`,
  '--domain',
  domain,
  '--host-key',
  vps.fingerprint,
  '--federation-ca',
  trust.caFile,
  ...PRIVATE_NETWORKS.flatMap((range) => ['--federate-with', range]),
  '--non-interactive',
  ...flags,
];

/** Runs the product as the operator does. */
export const product = (args: readonly string[], options: Parameters<typeof operator.run>[1] = {}) =>
  operator.run([process.execPath, BIN, ...args], options);

export const installation = (deployment: Deployment, options: Parameters<typeof operator.run>[1] = {}) =>
  product(initArguments(deployment), options);

/** What the product left behind for the operator about a domain. */
export const stateFile = (domain: string, name: string): string =>
  join(operator.home, '.local', 'state', 'matrix-bastion', domain, name);

export const adminPassword = (domain: string, localpart = 'admin'): string =>
  readFileSync(stateFile(domain, `password-${localpart}`), 'utf8').replace(/\n$/, '');
