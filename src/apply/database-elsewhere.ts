import { CERTIFICATE_DAYS } from '../database/certificate.ts';
import { judgeDatabase } from '../database/judge.ts';
import { lookAtDatabase } from '../database/look.ts';
import { pgpassLine } from '../database/pgpass.ts';
import { serverText } from '../database/words.ts';
import { EXIT, Failure, Refusal } from '../errors.ts';
import type { ChangeOf } from '../plan/change.ts';
import { DATABASE_BOX } from '../render/database-box.ts';
import { PATHS, UID } from '../render/layout.ts';
import { lockedImage } from './images.ts';
import { commandFailure, jobOrFail, script } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

/** On the second machine: a certificate and the authority that signed it. */
export const createDatabaseCertificate = async (
  { address }: ChangeOf<'create-database-certificate'>,
  tools: Tools,
): Promise<Outcome> => {
  await jobOrFail(
    tools,
    'create-database-certificate',
    script(tools, 'create-database-certificate.sh', {
      image: await lockedImage(tools, 'postgres'),
      owner: `${UID.postgres.uid}:${UID.postgres.gid}`,
      subject: `IP:${address}`,
      days: CERTIFICATE_DAYS,
      secrets: PATHS.postgresSecrets,
      tls: DATABASE_BOX.tls,
    }),
    commandFailure(
      'MB-DATABASE-CERTIFICATE-CREATE',
      'The certificate of the database could not be made.',
      [`Check the disk of ${PATHS.root}, then run this again.`],
      'The database was not touched.',
    ),
  );
  return 'done';
};

export const writeDatabasePassword = async (
  { place }: ChangeOf<'write-database-password'>,
  tools: Tools,
): Promise<Outcome> => {
  const password = await tools.databasePassword();
  if (password === undefined) throw passwordUnknown(serverText(place));
  await tools.host.putTree([
    {
      path: PATHS.databasePassfile,
      type: 'file',
      content: pgpassLine(place, password),
      mode: 0o600,
      ...UID.synapse,
    },
  ]);
  return 'done';
};

export const passwordUnknown = (server: string): Failure =>
  new Failure(
    {
      code: 'MB-DATABASE-PASSWORD',
      what: `The password for the database on ${server} is not known.`,
      why: 'It is not on the machine, and none was given.',
      fix: ['Put it into a file that only you can read, and add: --database-password-file FILE'],
      safe: 'Nothing was started or stopped.',
    },
    EXIT.usage,
  );

/** All that Synapse could not live with is said before anything of it starts. */
export const checkDatabase = async (
  { place, needs }: ChangeOf<'check-database'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress(`looking at the database on ${serverText(place)}`);
  const { seen } = await lookAtDatabase({
    host: tools.host,
    place,
    image: await lockedImage(tools, 'synapse'),
    password: await tools.databasePassword(),
    script: script(tools, 'probe-database.sh'),
    signal: tools.signal,
  });
  const safe = 'Nothing was started or stopped, and the database was not touched.';
  if (seen === undefined) throw new Failure({ ...unseen(serverText(place)), safe });
  const faults = judgeDatabase(seen, place, needs);
  const [first, ...others] = faults;
  if (first === undefined) return 'done';
  // As on every later run, where the preflight says it.
  if (others.length === 0) throw new Refusal({ ...first, safe });
  throw new Refusal({
    code: [...new Set(faults.map(({ code }) => code))].join(', '),
    what: `${faults.length} things are wrong with the database on ${serverText(place)}.`,
    why: faults.map(({ what, why }, index) => `${index + 1}. ${what} ${why ?? ''}`.trimEnd()).join('\n'),
    fix: faults.flatMap(({ fix }, index) => (fix ?? []).map((line) => `${index + 1}. ${line}`)),
    safe,
  });
};

const unseen = (server: string) => ({
  code: 'MB-DATABASE-CONNECT',
  what: `The database on ${server} could not be looked at.`,
  why: "Synapse's image did not start for it.",
  fix: ['On the machine: docker images', 'Then run this again.'],
});
