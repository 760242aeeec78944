import { databaseWay } from '../../backup/plan.ts';
import { sizeText } from '../../backup/size.ts';
import { ONE_WAY } from '../../releases/consents.ts';
import type { ReleaseChange } from '../../releases/synapse.ts';
import { switchWords } from '../../releases/words.ts';
import { PATHS } from '../../render/layout.ts';
import { count } from '../../text/count.ts';
import type { Facts, HostFacts } from '../facts.ts';
import type { Goal } from '../goal.ts';
import { moveForecast, openMove, postgresMove, roomForMove } from '../postgres-move.ts';
import { backupBefore, pathFor, runningSynapse, type Upgrade, upgradeFor } from '../upgrade.ts';
import { type Check, type Problem, problem, refusal } from './problem.ts';

/** One version of Synapse may take the place of another only on a way that leads somewhere. */
export const releasePath: Check = (goal, facts) => {
  const from = runningSynapse(facts.host);
  if (from === undefined) return [];
  const to = goal.release.synapse;
  const path = pathFor(goal, facts.host);
  switch (path.kind) {
    case 'downgrade':
      return [older(from, to, path.inWindow)];
    case 'unknown':
      return [
        refusal({
          code: 'MB-UPGRADE-UNKNOWN',
          what: `The server runs Synapse ${from}, of which this matrix-bastion knows nothing.`,
          why: 'What has changed since, and what its database is like, is not known.',
          expected: `Synapse ${path.oldest} or newer`,
          fix: [
            `First upgrade it to Synapse ${path.oldest}, with the matrix-bastion that installs that one.`,
          ],
          who: 'you',
        }),
      ];
    case 'skip':
      return [
        refusal({
          code: 'MB-UPGRADE-STOP',
          what: `From Synapse ${from} the way to ${to} leads through ${path.nextStop}.`,
          why: 'Without that stop there would be no way back if something went wrong.',
          expected: `Synapse ${path.nextStop}`,
          fix: [
            `First upgrade it to Synapse ${path.nextStop}, with the matrix-bastion that installs that one.`,
          ],
          who: 'you',
        }),
      ];
    case 'postgres':
      return [
        refusal({
          code: 'MB-UPGRADE-POSTGRES',
          what: `Synapse ${to} does not run on the Postgres ${facts.host.databaseOnDisk.trim()} of this server.`,
          expected: `Postgres ${path.minimum} or newer`,
          fix: ['Keep the matrix-bastion that installed it.'],
          who: 'you',
        }),
      ];
    case 'unacknowledged':
    case 'upgrade':
    case 'same': {
      const changes = path.kind === 'unacknowledged' ? path.changes : [];
      const move = openMove(goal, facts.host);
      if (changes.length + move.length > 0) return [unacknowledged(goal, facts, [...changes, ...move])];
      const upgrade = upgradeFor(goal, facts.host);
      if (upgrade === undefined) return [];
      const { elsewhere } = facts.upgrade ?? {};
      return [
        ...backgroundUpdates(from, (elsewhere ?? facts.host.database).backgroundUpdates),
        ...noWayBack(upgrade, goal, facts.host),
        ...noBackup(goal, facts),
        ...noRoom(facts),
        ...movable(goal, facts),
      ];
    }
  }
};

const older = (from: string, to: string, inWindow: boolean): Problem =>
  refusal({
    code: 'MB-VERSION-OLDER',
    what: `The server runs Synapse ${from}; this matrix-bastion would put ${to} in its place.`,
    why: inWindow
      ? 'It could run on this database, but an older version is never put in place by the way.'
      : 'An older Synapse may not understand a newer database.',
    expected: `Synapse ${to} or older`,
    fix: ['Use the newest version: npx matrix-bastion@latest init'],
    who: 'you',
    safe: 'Nothing was changed; the server is as it was.',
  });

const unacknowledged = (goal: Goal, facts: Facts, changes: readonly ReleaseChange[]): Problem => {
  const postgres = postgresMove(goal, facts.host);
  const { old, next } = switchWords({
    from: runningSynapse(facts.host) ?? '',
    to: goal.release.synapse,
    ...(postgres && { postgres }),
  });
  const forecast = postgres === undefined ? [] : [moveForecast(facts)].filter((text) => text !== '');
  return refusal({
    code: 'MB-UPGRADE-ACKNOWLEDGE',
    what: `From ${old} to ${next} there ${changes.length === 1 ? 'is a change' : `are ${changes.length} changes`} that you have to know.`,
    why: [...changes.map(({ id, what, act }) => `${id}: ${what} ${act}`), ...forecast].join('\n'),
    expected: 'that somebody says that it is known',
    fix: [`Run the same again with ${changes.map(({ id }) => `--accept ${id}`).join(' ')}`],
    who: 'you',
    safe: 'Nothing was changed; the server is as it was.',
  });
};

/** What a database must be, and have beside it, to be moved to another Postgres. */
const movable = (goal: Goal, { host, move: look }: Facts): Problem[] => {
  const move = postgresMove(goal, host);
  if (move === undefined) return [];
  const { encoding, collate, ctype, answers } = host.database;
  const safe = 'Nothing was changed; the server is as it was.';
  if (!answers)
    return [
      problem(
        {
          code: 'MB-UPGRADE-DATABASE',
          what: `Postgres ${move.from} does not answer, so its database cannot be moved to Postgres ${move.to}.`,
          expected: 'a database that answers',
          fix: [
            'On the machine: cd /opt/matrix-bastion && docker compose up -d postgres; docker compose logs postgres',
            'Then run this again.',
          ],
          who: 'you',
          safe,
        },
        'always',
      ),
    ];
  if (encoding !== 'UTF8' || collate !== 'C' || ctype !== 'C')
    return [
      refusal({
        code: 'MB-UPGRADE-LOCALE',
        what: 'The database is not made as Synapse needs it, and would be moved like that.',
        why: `Encoding ${encoding}, collation ${collate}, character type ${ctype}. An upgrade of the C library could corrupt its indexes.`,
        expected: 'UTF8, C and C',
        fix: ['Synapse\'s documentation, "Using Postgres", "Fixing incorrect COLLATE or CTYPE"'],
        who: 'you',
        safe,
      }),
    ];
  if (look === undefined || look.free >= roomForMove(look)) return [];
  return [
    problem(
      {
        code: 'MB-UPGRADE-DISK',
        what: `There is not enough room for a second database in ${PATHS.postgresHome}.`,
        why: `The old one stays until you remove it; the new one may take ${sizeText(look.data)}, and its log while it is loaded 1 GB; ${sizeText(look.free)} are free.`,
        expected: `${sizeText(roomForMove(look))} that are free`,
        fix: [`Free space there, or mount a larger disk at ${PATHS.postgresHome}.`, 'Then run this again.'],
        who: 'you',
        safe,
      },
      'always',
    ),
  ];
};

/** The database of a backup is put back on the machine itself only: elsewhere, this program empties nobody's database. */
export const noWayBack = ({ from, to, reversible }: Upgrade, goal: Goal, host: HostFacts): Problem[] =>
  reversible || databaseWay(host).place === 'here' || goal.consent.accepted.includes(ONE_WAY)
    ? []
    : [
        refusal({
          code: 'MB-UPGRADE-ONE-WAY',
          what: `From Synapse ${from} to ${to} there is no way back on a database that is not on this machine.`,
          why: `Synapse ${to} changes the database so far that ${from} cannot run on it, and a backup is not loaded into a database elsewhere.`,
          expected: 'a copy of the database that you made, and know how to put back',
          fix: [
            'Make one where the database is: a snapshot, or pg_dump while Synapse is stopped.',
            `Then run the same again with --accept ${ONE_WAY}`,
          ],
          who: 'you',
          safe: 'Nothing was changed; the server is as it was.',
        }),
      ];

/** Upstream: "wait until background updates from each upgrade are complete before moving on" (docs/upgrade.md). */
const backgroundUpdates = (from: string, pending: number): Problem[] =>
  pending === 0
    ? []
    : [
        problem(
          {
            code: 'MB-UPGRADE-BACKGROUND',
            what: `Synapse ${from} is still busy with ${count(pending, 'background update')} of its database.`,
            why: 'They are left from an earlier upgrade; the next one must not be stacked upon them.',
            expected: 'none that is pending',
            fix: [
              'Wait; the server goes on serving. With --wait a run does that, says how many are left, and goes on.',
              'Then run this again.',
            ],
            orRunWith: ['--wait'],
            who: 'you',
            safe: 'Nothing was changed; the server is as it was.',
          },
          'always',
        ),
      ];

/** Why there can be no backup before the upgrade; asked for once the machine was looked at for it. */
const noBackup = (goal: Goal, facts: Facts): Problem[] => {
  if (goal.consent.withoutBackup || facts.upgrade === undefined) return [];
  const planned = backupBefore(facts);
  if ('plan' in planned) return [];
  const stopped = planned.problem.code === 'MB-BACKUP-DATABASE';
  const { code, what, why, fix = [] } = planned.problem;
  return [
    problem(
      {
        code,
        what: `There can be no backup before the upgrade. ${what}`,
        ...(why === undefined ? {} : { why }),
        expected: 'a backup that is proved, before anything is stopped',
        fix: [
          ...(stopped
            ? [
                'Start the server as it is: cd /opt/matrix-bastion && docker compose up -d; then run this again.',
              ]
            : fix),
          'Or go without: --no-backup. If an upgrade damages the database, everything in it is lost then.',
        ],
        who: 'you',
        safe: 'Nothing was changed; the server is as it was.',
      },
      'always',
    ),
  ];
};

/** What stays free on the disk of the images at least. Guess. */
const SPARE = 512 * 1024 * 1024;

/** Both images are on the disk for a while, and perhaps the backup beside them. */
const noRoom = ({ upgrade }: Facts): Problem[] => {
  if (upgrade === undefined) return [];
  const backup = upgrade.oneDisk ? (upgrade.backup.tables ?? 0) : 0;
  const needed = upgrade.image + backup + SPARE;
  if (upgrade.image === 0 || upgrade.dockerFree >= needed) return [];
  return [
    problem(
      {
        code: 'MB-UPGRADE-DISK',
        what: 'There is not enough room for the upgrade on the disk of the images.',
        why: `The new image may take ${sizeText(upgrade.image)}${backup > 0 ? `, the backup ${sizeText(backup)}` : ''}, ${sizeText(SPARE)} stay free; ${sizeText(upgrade.dockerFree)} are free.`,
        expected: `${sizeText(needed)} that are free`,
        fix: ['Images of earlier releases go with: docker image prune --all', 'Then run this again.'],
        who: 'you',
        safe: 'Nothing was changed; the server is as it was.',
      },
      'always',
    ),
  ];
};
