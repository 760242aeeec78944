import type { FailureText } from '../errors.ts';
import { runsOn } from '../releases/path.ts';
import { readUpgradeRecord } from '../releases/record.ts';
import { DATA_SINCE_UPGRADE } from '../releases/synapse.ts';
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
}

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
  const { state, from, to, schema, backup, at } = record;
  if (state === 'reverted' || state === 'rolled-back')
    return none(`The last one, to Synapse ${to}, was taken back already: it runs ${from}.`, machine);
  const running = runningSynapse(host);
  if (running !== to)
    return none(`The last one was to Synapse ${to}, but the server runs ${running ?? 'none'}.`, machine);
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
  return {
    problem: {
      code: 'MB-ROLLBACK-DATA',
      what: `Going back to Synapse ${from} would lose what was written since ${at}.`,
      why: `Synapse ${to} has changed the database so far that ${from} cannot run on it; only the backup from before the upgrade can bring it back: ${backup}`,
      fix: [
        `If that is what you want, run the same again with --accept ${DATA_SINCE_UPGRADE}`,
        'Other servers keep what was said since, and may see rooms in a state that this one has forgotten.',
      ],
      safe: 'Nothing was changed.',
    },
  };
};
