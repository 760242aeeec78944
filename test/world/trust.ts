import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFile } from './acme.ts';
import { authority } from './authority.ts';
import { paths } from './paths.ts';

/** Mounted into every machine, whose init puts what is in it among the authorities it trusts. */
export const machineTrust = join(paths.trust, 'machines');

export const trust = {
  /** The root of the ACME certificates of this run of the world. */
  caFile: rootFile,
  /** The authority of the stand-ins for public servers (registry, ACME endpoint, package repository). */
  worldFile: authority.certificate,
  /** Everything that a person's laptop in the world trusts: this machine's authorities and the two above. */
  bundleFile: join(paths.trust, 'bundle.pem'),
} as const;

/** True when machines that run must be told, because the ACME server was started anew. */
export function writeTrust(): boolean {
  mkdirSync(machineTrust, { recursive: true });
  const system = readFileSync(process.env.SSL_CERT_FILE || '/etc/ssl/certs/ca-certificates.crt', 'utf8');
  const world = readFileSync(trust.worldFile, 'utf8');
  const acme = readFileSync(trust.caFile, 'utf8');
  const before = existsSync(trust.bundleFile) ? readFileSync(trust.bundleFile, 'utf8') : '';
  writeFileSync(trust.bundleFile, [system, world, acme].map((text) => `${text.trimEnd()}\n`).join(''));
  writeFileSync(join(machineTrust, 'world.crt'), world);
  writeFileSync(join(machineTrust, 'acme.crt'), acme);
  return !before.includes(acme.trim());
}
