import { formatDatabaseUrl, parseDatabaseUrl } from '../database-url.ts';
import { ok, type Question } from '../question.ts';

/** The answer is the URL in its one form, without a password. */
export const database: Question<'database'> = {
  id: 'database',
  flag: '--database <url>',
  environment: 'MATRIX_BASTION_DATABASE',
  label: 'URL of a database that somebody else runs (optional)',
  help: 'a Postgres that somebody else runs: postgresql://user@host:5432/name; no password in it',
  asked: false,
  required: false,
  when: ({ dbHost }) => dbHost === undefined,
  otherwise:
    'and --db-host exclude each other: the database is on a second machine, or somebody else runs it',
  dependsOn: ['dbHost'],
  parse(text) {
    const url = parseDatabaseUrl(text);
    return url.ok ? ok(formatDatabaseUrl(url.value)) : url;
  },
};
