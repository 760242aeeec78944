import { parseDatabaseUrl } from '../database-url.ts';
import { bad, type Known, ok, type Question } from '../question.ts';
import { parsePem } from './federation-ca.ts';

/** What the URL asks for; undefined without a database of its own. */
const sslmodeOf = ({ database }: Known): string | undefined => {
  const url = database === undefined ? undefined : parseDatabaseUrl(database);
  return url?.ok ? url.value.sslmode : undefined;
};

/** The answer is the certificates' text, not the file's path: a rerun needs no file. Empty: public authorities. */
export const databaseCa: Question<'databaseCa'> = {
  id: 'databaseCa',
  flag: '--database-ca <file>',
  environment: 'MATRIX_BASTION_DATABASE_CA',
  label: "File with the authority that signed the database's certificate",
  help: "PEM file with the authority that signed the database's certificate; default: the public ones",
  asked: false,
  required: true,
  when: (known) => /^verify-/.test(sslmodeOf(known) ?? ''),
  otherwise: 'needs --database with sslmode=verify-full or verify-ca',
  dependsOn: ['dbHost', 'database'],
  parse(text, { readText, known }) {
    if (text.includes('-----BEGIN ')) return parsePem(text, 'the text');
    const path = text.trim();
    if (path === '')
      return sslmodeOf(known) === 'verify-ca' ? bad('sslmode=verify-ca needs an authority') : ok('');
    if (readText === undefined) return bad(`"${path}" is not PEM text`);
    try {
      return parsePem(readText(path), path);
    } catch (error) {
      return bad(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  },
  default: (known) =>
    // libpq takes the public authorities with verify-full only (PostgreSQL 17 manual, 32.1.2, sslrootcert).
    sslmodeOf(known) === 'verify-full'
      ? { value: '', reason: "the public authorities that Synapse's image trusts" }
      : undefined,
};
