import type { ChangeOf } from '../plan/change.ts';
import { PATHS, UID } from '../render/layout.ts';
import { lockedImage } from './images.ts';
import { commandFailure, jobOrFail, runOrFail, script } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

/** initdb takes 3 s on two cores; a slow disk may take a minute. */
const LIMIT_SECONDS = 180;

const SEE_LOG = [`On the machine: cd ${PATHS.root} && docker compose logs postgres`];

/** The functions of new-cluster.sh with what they need. */
export const newCluster = (tools: Pick<Tools, 'scripts'>, image: string): string =>
  script(tools, 'new-cluster.sh', {
    image,
    secrets: PATHS.postgresSecrets,
    owner: `${UID.postgres.uid}:${UID.postgres.gid}`,
  });

/** Made beside its place by the image's own initdb, moved there when it is whole: a kill leaves none or all of it. */
export const createDatabase = async (tools: Tools): Promise<Outcome> => {
  await jobOrFail(
    tools,
    'create-database',
    [
      newCluster(tools, await lockedImage(tools, 'postgres')),
      script(tools, 'create-database.sh', { home: PATHS.postgresHome }),
    ].join('\n'),
    commandFailure(
      'MB-DATABASE-CREATE',
      "Postgres's image could not create the database.",
      [
        `If data lie in ${PATHS.postgresData}, move them away, or, if they are this server's, put them right. A disk is mounted at ${PATHS.postgresHome}, not at the folder in it.`,
        `Else check the disk of ${PATHS.postgresHome}. Then run this again.`,
      ],
      'There was no database before, and there is none now.',
    ),
  );
  return 'done';
};

export const recordDatabase = async (
  { identity }: ChangeOf<'record-database'>,
  tools: Tools,
): Promise<Outcome> => {
  await tools.host.putTree([
    { path: PATHS.databaseBorn, type: 'file', content: `${identity}\n`, mode: 0o644, ...UID.root },
  ]);
  return 'done';
};

export const setDatabasePassword = async (tools: Tools): Promise<Outcome> => {
  await runOrFail(
    tools,
    script(tools, 'set-database-password.sh', {
      password_file: `${PATHS.postgresSecrets}/password`,
      limit: LIMIT_SECONDS,
    }),
    commandFailure(
      'MB-DATABASE-ROLE',
      'Postgres does not answer, or its role could not be given the password of the file.',
      SEE_LOG,
      'Your data is untouched.',
    ),
  );
  return 'done';
};
