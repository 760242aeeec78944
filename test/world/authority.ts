import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from './cache.ts';
import { paths } from './paths.ts';
import { sh } from './shell.ts';

/** The world's stand-in for the web's certificate authorities; machines and images trust it as they trust those. */
export const authority = {
  certificate: join(paths.authority, 'ca.crt'),
  key: join(paths.authority, 'ca.key'),
} as const;

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export async function makeAuthority(): Promise<void> {
  if (existsSync(authority.certificate)) return;
  const partial = `${paths.authority}.partial`;
  rmSync(partial, { recursive: true, force: true });
  rmSync(paths.authority, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  await sh('openssl', [
    ...['req', '-x509', '-days', '3650', ...curve],
    ...['-keyout', join(partial, 'ca.key'), '-out', join(partial, 'ca.crt')],
    ...['-subj', '/O=matrix-bastion world/CN=World Authority'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  renameSync(partial, paths.authority);
}

export interface Certificate {
  certificate: string;
  key: string;
}

/** A certificate for servers of the world that do not ask by ACME; made anew when the names change. */
export async function certificateFor(names: readonly string[]): Promise<Certificate> {
  const folder = join(paths.authority, hashOf(...names));
  const found = { certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  if (existsSync(folder)) return found;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  const at = (name: string) => join(partial, name);
  await sh('openssl', [
    'req',
    '-new',
    ...curve,
    '-keyout',
    at('server.key'),
    '-out',
    at('server.csr'),
    '-subj',
    '/CN=world',
  ]);
  const extensions = [
    `subjectAltName=${[...names.map((name) => `DNS:${name}`), 'IP:127.0.0.1'].join(',')}`,
    'basicConstraints=CA:FALSE',
    'extendedKeyUsage=serverAuth',
  ];
  writeFileSync(at('extensions'), `${extensions.join('\n')}\n`);
  await sh('openssl', [
    ...['x509', '-req', '-days', '3600', '-in', at('server.csr'), '-out', at('server.crt')],
    ...[
      '-CA',
      authority.certificate,
      '-CAkey',
      authority.key,
      '-CAcreateserial',
      '-extfile',
      at('extensions'),
    ],
  ]);
  renameSync(partial, folder);
  return found;
}
