import { parseAnswersFile } from '../../answers/file.ts';
import { pendingRestore } from '../../backup/mark.ts';
import { PATHS, UID } from '../../render/layout.ts';
import type { HostFacts } from '../facts.ts';
import { postgresMove } from '../postgres-move.ts';
import { PUT_KEY_BACK } from './key.ts';
import { type Check, type Problem, refusal } from './problem.ts';

/** A restoration that was stopped before the answers were in place must not become another server's installation. */
export const unfinishedRestore: Check = (_goal, { host }) => {
  const restoring = host.storedAnswers === '' ? pendingRestore(host.restoreMark) : undefined;
  return restoring === undefined
    ? []
    : [
        refusal({
          code: 'MB-RESTORE-UNFINISHED',
          what: 'A backup was being restored on this machine.',
          why: `${restoring.file} is not in place yet.`,
          expected: 'a restoration that was ended',
          fix: [`Go on with it: matrix-bastion restore host:${restoring.file} user@host`],
          who: 'you',
        }),
      ];
};

export const otherDeployment: Check = (goal, { host }) => {
  const foreign = (why: string, fix: readonly string[]): Problem[] => [
    refusal({
      code: 'MB-DATA-FOREIGN',
      what: `${PATHS.root} holds data of another deployment.`,
      why,
      expected: `no data, or the server of ${goal.answers.domain}`,
      fix,
      who: 'you',
      safe: 'Nothing was changed; that data is untouched.',
    }),
  ];
  if (host.storedAnswers !== '') {
    const stored = parseAnswersFile(host.storedAnswers, PATHS.answers).answers.domain;
    if (stored === undefined) {
      return foreign(`${PATHS.answers} does not say whose it is.`, [
        `Restore ${PATHS.answers} from your backup.`,
      ]);
    }
    if (stored !== goal.answers.domain) {
      return foreign(`It is the server of ${stored}; you asked for ${goal.answers.domain}.`, [
        `Use --domain ${stored}, or another machine: one machine holds one server.`,
      ]);
    }
  } else if (pendingRestore(host.restoreMark) !== undefined) {
    return [];
  } else if (host.databaseOnDisk !== '' || (host.files[PATHS.signingKey]?.size ?? 0) > 0) {
    return foreign(`There is a database or a signing key, but no ${PATHS.answers} that says whose.`, [
      `Restore ${PATHS.answers} from your backup, or move ${PATHS.root} away.`,
    ]);
  }
  const elsewhere = host.containers.find(({ workingDir }) => workingDir !== PATHS.root);
  if (elsewhere) {
    return foreign(`Containers of a Compose project named matrix-bastion run from ${elsewhere.workingDir}.`, [
      `Stop them there: cd ${elsewhere.workingDir} && docker compose down`,
    ]);
  }
  if (host.storedAnswers === '' && host.containers.length > 0) {
    return [
      refusal({
        code: 'MB-DATA-MISSING',
        what: `The containers of a server are on this machine, but ${PATHS.root} has no answers of it.`,
        why: 'The disk that holds it may not be mounted. A new server in its place would have another signing key.',
        expected: `${PATHS.answers}, written by the run that made them`,
        fix: [
          `Mount the disk of ${PATHS.root}, or restore it from your backup, then run this again.`,
          `If that server is not wanted any more: docker rm -f $(docker ps -aq --filter label=com.docker.compose.project=matrix-bastion)`,
        ],
        who: 'you',
      }),
    ];
  }
  return [];
};

const lost = (text: Omit<Parameters<typeof refusal>[0], 'who'>): Problem[] => [
  refusal({ ...text, who: 'you', safe: 'Nothing was changed; what is on the disk is untouched.' }),
];

/** A deployment that lost its key or its database must not quietly get a new one. */
export const lostData: Check = (goal, facts) => {
  // A database elsewhere is judged by what is seen of it.
  if (goal.database.kind === 'elsewhere') return [];
  const { host } = facts;
  const database = lostDatabase(goal, facts);
  if (database.length > 0) return database;
  if (
    host.databaseOnDisk !== '' &&
    host.storedAnswers !== '' &&
    goal.consent.signingKey === undefined &&
    (host.files[PATHS.signingKey]?.size ?? 0) === 0
  ) {
    return lost({
      code: 'MB-KEY-LOST',
      what: `The signing key is gone: ${PATHS.signingKey}.`,
      why: 'The database is there, so this server had a key. With a new one other servers would refuse it.',
      expected: 'the key that this server was made with',
      fix: PUT_KEY_BACK,
    });
  }
  return [];
};

/** The database in a container of this machine: the one that it was, and of the major version that is run. */
export const lostDatabase: Check = (goal, { host }) => {
  const [identifier, major] = host.databaseBorn.trim().split(' ');
  const onDisk = host.databaseOnDisk.trim();
  if (identifier && onDisk === '') {
    return lost({
      code: 'MB-DATABASE-LOST',
      what: `The database is gone: there is nothing in ${PATHS.postgresData}.`,
      why: 'This server had one. Its disk may not be mounted; an empty one in its place would lose every account and room.',
      expected: `the database ${identifier}`,
      fix: [
        `Mount the disk of ${PATHS.postgresHome}, or restore the folder from your backup, then run this again.`,
      ],
    });
  }
  if (
    onDisk !== '' &&
    onDisk !== String(goal.release.postgresMajor) &&
    postgresMove(goal, host) === undefined
  ) {
    return lost({
      code: 'MB-DATABASE-MAJOR',
      what: `The database is of Postgres ${onDisk}; this version of the tool runs Postgres ${goal.release.postgresMajor}.`,
      why: "A Postgres does not read another major version's files; only a database in use, on the homeserver's own machine, is moved to a newer one.",
      expected: `Postgres ${goal.release.postgresMajor}`,
      fix: [
        Number(onDisk) > goal.release.postgresMajor
          ? 'Use a newer matrix-bastion: npx matrix-bastion@latest init'
          : `Keep the matrix-bastion that installed it${major ? ` (Postgres ${major})` : ''}, or move the database by hand: docs/postgres.md of the package's repository, "With the database on a second machine".`,
      ],
    });
  }
  const running = host.database.systemIdentifier;
  if (identifier && running !== '' && running !== identifier) {
    return lost({
      code: 'MB-DATABASE-OTHER',
      what: 'The database that runs is not the one of this server.',
      why: `Recorded: ${identifier}; running: ${running}. Another folder may be mounted in its place.`,
      expected: `the database ${identifier}`,
      fix: [
        `Put the right database back, or, if you restored it on purpose: rm ${PATHS.databaseBorn}`,
        'Then run this again.',
      ],
    });
  }
  return [];
};

/** Data that are there and could not be used, or would be destroyed by use. */
export const unusableData: Check = (_goal, { host }) => [
  ...host.databaseSharers.map((name) =>
    refusal({
      code: 'MB-DATABASE-SHARED',
      what: `The container ${name} has this server's database mounted, and is not of this server.`,
      why: 'Two Postgres on one folder destroy it. It may have been made by Compose under another project name.',
      expected: 'one container with the database: matrix-bastion-postgres-1',
      fix: [`On the machine: docker rm -f ${name}`, 'Then run this again.'],
      who: 'you',
      safe: 'Nothing was changed; the containers of this server were not touched.',
    }),
  ),
  // Without answers they are somebody else's data, and that is said.
  ...(host.storedAnswers === ''
    ? []
    : [
        ...wrongOwner(host.foreignOwners, PATHS.postgresData, UID.postgres, 'Postgres'),
        ...wrongOwner(host.foreignOwners, `${PATHS.synapseData}/media_store`, UID.synapse, 'Synapse'),
      ]),
];

const wrongOwner = (
  found: HostFacts['foreignOwners'],
  folder: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
  service: string,
): Problem[] => {
  const [first] = found.filter(({ path }) => path === folder || path.startsWith(`${folder}/`));
  if (first === undefined) return [];
  return lost({
    code: 'MB-DATA-OWNER',
    what: `${service} cannot use its data: ${first.path} belongs to ${first.uid}:${first.gid}.`,
    why: 'That is how a copy by hand leaves them.',
    expected: `${uid}:${gid} for all of ${folder}`,
    fix: [`On the machine: chown -R ${uid}:${gid} ${folder}`, 'Then run this again.'],
  });
};
