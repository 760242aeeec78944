import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import { UsageError } from '../../errors.ts';

export interface RootOptions {
  /** Path of a PEM file whose certificates are trusted too. */
  readonly caFile?: string;
  /** PEM text whose certificates are trusted too. */
  readonly extraCa?: string;
}

/**
 * The TLS context of a check: Node's roots, NODE_EXTRA_CA_CERTS, the file and the text.
 * Throws UsageError when the file cannot be read or holds no certificate.
 */
export async function trustContext(options: RootOptions): Promise<tls.SecureContext> {
  const extra = [
    ...(options.caFile === undefined ? [] : [await readPem(options.caFile)]),
    ...(options.extraCa === undefined || options.extraCa.trim() === '' ? [] : [options.extraCa]),
  ];
  // Parsing some 150 roots takes 10 ms, and a wait for a certificate asks every half second.
  const key = extra.join('\n');
  if (last?.key === key) return last.context;
  try {
    // `ca` replaces Node's own list, so that list is part of it.
    last = { key, context: tls.createSecureContext({ ca: [...(await defaults()), ...extra] }) };
    return last.context;
  } catch (error) {
    throw new UsageError(`The additional CA certificates cannot be read: ${(error as Error).message}`);
  }
}

let last: { readonly key: string; readonly context: tls.SecureContext } | undefined;

async function defaults(): Promise<readonly string[]> {
  // Node 22.15 and later; includes NODE_EXTRA_CA_CERTS and --use-system-ca.
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates('default');
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  // Node itself only warns when that file is missing.
  const text = extra ? await readFile(extra, 'utf8').catch(() => '') : '';
  return text.includes('BEGIN CERTIFICATE') ? [...tls.rootCertificates, text] : tls.rootCertificates;
}

async function readPem(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--ca-file ${path} cannot be read: ${error.code ?? error.message}`);
  });
  if (!text.includes('BEGIN CERTIFICATE')) throw new UsageError(`--ca-file ${path} holds no PEM certificate`);
  return text;
}
