import { X509Certificate } from 'node:crypto';
import { bad, ok, type Parsed, type Question } from '../question.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The answer is the certificates' text, not the file's path: a rerun needs no file. */
export const federationCa: Question<'federationCa'> = {
  id: 'federationCa',
  flag: '--federation-ca <file>',
  environment: 'MATRIX_BASTION_FEDERATION_CA',
  label: 'File with the certificate authorities of a private federation (optional)',
  help: 'PEM file with the certificate authorities of a private federation',
  asked: false,
  required: false,
  parse(text, { readText }) {
    if (text.includes('-----BEGIN ')) return parsePem(text, 'the text');
    const path = text.trim();
    if (readText === undefined) return bad(`"${path}" is not PEM text`);
    try {
      return parsePem(readText(path), path);
    } catch (error) {
      return bad(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  },
};

/** One or more certificates, and nothing secret. */
export function parsePem(text: string, where: string): Parsed<string> {
  if (text.includes('PRIVATE KEY-----'))
    return bad(`${where} holds a private key: give the certificates only`);
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0) return bad(`${where} holds no PEM certificate`);
  const pems: string[] = [];
  for (const [index, block] of blocks.entries()) {
    try {
      pems.push(new X509Certificate(block).toString().trim());
    } catch {
      return bad(`${where}: certificate ${index + 1} cannot be decoded`);
    }
  }
  return ok(`${pems.join('\n')}\n`);
}
