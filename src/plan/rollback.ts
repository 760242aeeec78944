import type { FailureText } from '../errors.ts';
import { DATA_SINCE_UPGRADE } from '../releases/consents.ts';
import { runsOn } from '../releases/path.ts';
import type { PostgresMove } from '../releases/postgres.ts';
import { readUpgradeRecord, type UpgradeRecord } from '../releases/record.ts';
import { switchWords } from '../releases/words.ts';
import { oldCluster, PATHS } from '../render/layout.ts';
import type { HostFacts } from './facts.ts';
import { runningSynapse } from './upgrade.ts';

export interface RollbackPlan {
  /** The version to go back to, and the one that runs. */
  readonly from: string;
  readonly to: string;
  /** SCHEMA_VERSION of `from`. */
  readonly schema: number;
  /** File of the backup that the database has to be restored from; absent: it stays as it is. */
  readonly restores?: string;
  /** The way back is the kept database of the older Postgres; absent where its major version stayed the same. */
  readonly postgres?: PostgresMove;
}

/** What of today's configuration going back would change. */
export interface WayBack {
  /** Absolute paths of files that are not as they were before the upgrade. */
  readonly replaces: readonly string[];
  /** What is shut now and was not before the upgrade: `registration`, `federation`. */
  readonly opens: readonly string[];
  /** Whether the server has been led to its database in another way since: then the old one may lead nowhere. */
  readonly moved: boolean;
}

/** Why the release before must not be put back as it was: it would not find its database. Pure. */
export const lostWay = ({ moved }: Pick<WayBack, 'moved'>): FailureText | undefined =>
  moved
    ? {
        code: 'MB-ROLLBACK-MOVED',
        what: 'Since the upgrade the server is led to its database in another way, and going back would lead it where it was.',
        why: 'database: in homeserver.yaml names another host, port, user or name than the file that was kept.',
        fix: [
          `On the machine, put database: of ${PATHS.homeserver} in the place of the one in ${PATHS.homeserver.replace(PATHS.root, PATHS.beforeRelease)}`,
          'Then run this again.',
        ],
        safe: 'Nothing was changed.',
      }
    : undefined;

const OPENS: Readonly<Record<string, string>> = {
  registration:
    'registration is closed now and was open to holders of a token then: it is open to them again',
  federation: 'federation keeps out servers now that it let in then: they are let in again',
};

/**
 * What to know about the configuration before going back, a line each.
 * @param edited paths of files that somebody edited by hand
 */
export const wayBackWarnings = (
  { replaces, opens }: WayBack,
  edited: readonly string[],
): readonly string[] => [
  ...opens.flatMap((what) => OPENS[what] ?? []),
  ...replaces
    .filter((path) => edited.includes(path))
    .map(
      (path) =>
        `${path}, edited by hand, is as it was then; a copy of it as it is now stays in ${PATHS.replaced}`,
    ),
];

const none = (why: string, machine: string): { readonly problem: FailureText } => ({
  problem: {
    code: 'MB-ROLLBACK-NONE',
    what: `There is no upgrade on ${machine} that could be taken back.`,
    why,
    fix: ['For an older state of everything: matrix-bastion restore, on a fresh machine.'],
    safe: 'Nothing was changed.',
  },
});

/** How the last upgrade is taken back, or why it is not. Pure. */
export const planRollback = (
  host: HostFacts,
  accepted: readonly string[],
  machine: string,
): { readonly plan: RollbackPlan } | { readonly problem: FailureText } => {
  const record = readUpgradeRecord(host.upgradeRecord);
  if (record === undefined) return none('None was made there.', machine);
  const { state, from, to, schema, backup, at, postgres } = record;
  const { old, next } = switchWords(record);
  if (state === 'reverted' || state === 'rolled-back')
    return none(`The last one, to ${next}, was taken back already: it runs ${old}.`, machine);
  const running = runningSynapse(host);
  if (running !== to)
    return none(`The last one was to Synapse ${to}, but the server runs ${running ?? 'none'}.`, machine);
  if (postgres !== undefined) return planMoveBack(record, postgres, host, accepted, machine);
  const { compat } = host.database;
  if (compat === undefined && host.databaseOnDisk !== '')
    return {
      problem: {
        code: 'MB-ROLLBACK-DATABASE',
        what: `Postgres does not say whether Synapse ${from} can run on its database.`,
        fix: [
          'On the machine: cd /opt/matrix-bastion && docker compose up -d postgres',
          'Then run this again.',
        ],
        safe: 'Nothing was changed.',
      },
    };
  const plan = { from, to, schema };
  if (compat === undefined || runsOn({ schema }, compat)) return { plan };
  if (backup === '')
    return none(
      `Synapse ${to} has changed the database so far that ${from} cannot run on it, and the upgrade was made with --no-backup.`,
      machine,
    );
  if (accepted.includes(DATA_SINCE_UPGRADE)) return { plan: { ...plan, restores: backup } };
  return losesData(
    old,
    at,
    `Synapse ${to} has changed the database so far that ${from} cannot run on it; only the backup from before the upgrade can bring it back: ${backup}`,
  );
};

const losesData = (old: string, at: string, why: string): { readonly problem: FailureText } => ({
  problem: {
    code: 'MB-ROLLBACK-DATA',
    what: `Going back to ${old} would lose what was written since ${at}.`,
    why,
    fix: [
      `If that is what you want, run the same again with --accept ${DATA_SINCE_UPGRADE}`,
      'Other servers keep what was said since, and may see rooms in a state that this one has forgotten.',
    ],
    safe: 'Nothing was changed.',
  },
});

/** Back to the database of the older Postgres, which was kept as it was when it was moved. */
const planMoveBack = (
  record: UpgradeRecord,
  postgres: PostgresMove,
  host: HostFacts,
  accepted: readonly string[],
  machine: string,
): ReturnType<typeof planRollback> => {
  const { from, to, schema, at } = record;
  const folder = oldCluster(postgres.from);
  if (!host.keptDatabases.some(({ path }) => path === folder))
    return none(`The database of Postgres ${postgres.from} is not in ${folder} any more.`, machine);
  if (!accepted.includes(DATA_SINCE_UPGRADE))
    return losesData(
      switchWords(record).old,
      at,
      `The database of Postgres ${postgres.from} is in ${folder} as it was then. No Postgres ${postgres.from} reads what Postgres ${postgres.to} has written since.`,
    );
  return { plan: { from, to, schema, postgres } };
};
