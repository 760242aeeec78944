import type { Situation } from '../../apply/converge.ts';
import { takeLock } from '../../apply/lock.ts';
import { finishUpgrade, lookAtMove, lookAtSchema, lookAtUpgrade, upgradeRuns } from '../../apply/release.ts';
import type { Hands } from '../../apply/tools.ts';
import { sizeText } from '../../backup/size.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { Facts, HostFacts } from '../../plan/facts.ts';
import { moveForecast, postgresMove } from '../../plan/postgres-move.ts';
import { pathFor, upgradeFor, whyUntried } from '../../plan/upgrade.ts';
import { isUnderWay, readUpgradeRecord, type UpgradeRecord } from '../../releases/record.ts';
import { switchWords } from '../../releases/words.ts';
import { oldCluster } from '../../render/layout.ts';
import { count } from '../../text/count.ts';

type Machine = Pick<Hands, 'host' | 'scripts'>;

/** An upgrade that is neither ended nor taken back: its run was stopped, or the machine went down. */
export const interruptedUpgrade = ({ upgradeRecord }: HostFacts): UpgradeRecord | undefined => {
  const record = readUpgradeRecord(upgradeRecord);
  return record !== undefined && isUnderWay(record) ? record : undefined;
};

/** Brings an interrupted upgrade to one of its ends, before anything else is looked at: in between nothing is as planned. */
export const finishInterrupted = async (
  record: UpgradeRecord,
  machine: Machine,
  context: CommandContext,
): Promise<void> => {
  const { from, to, schema, backup, postgres } = record;
  const { old, next } = switchWords(record);
  const returns = record.state !== 'switching';
  const goesOn = await upgradeRuns(machine);
  context.ui.note(
    `${returns ? `Going back from ${next} to ${old}` : `An upgrade from ${old} to ${next}`}, begun at ${record.at}, ${goesOn ? 'is still at work' : 'was interrupted'}: it is brought to its end first.`,
  );
  const lock = await takeLock(machine.host, machine.scripts);
  try {
    await context.ui.run(
      [
        {
          id: 'upgrade',
          title: returns ? `Back to ${old}` : `Upgrade to ${next}`,
          run: (progress, signal) =>
            // Begun, it was judged already; where the database cannot be asked, the way back was there then.
            finishUpgrade(
              { from, to, schema, reversible: true, backup, ...(postgres && { postgres }) },
              { ...machine, progress, signal },
            ),
        },
      ],
      context.signal,
    );
  } finally {
    await lock.release().catch(() => {});
  }
};

/** The facts, with what an upgrade has to know when one is due. */
export const withUpgradeLook = async (
  facts: Facts,
  { goal }: Situation,
  machine: Machine,
  signal: AbortSignal,
): Promise<Facts> => {
  const { kind } = pathFor(goal, facts.host);
  const move = postgresMove(goal, facts.host);
  if (kind !== 'upgrade' && kind !== 'unacknowledged' && (kind !== 'same' || move === undefined))
    return facts;
  return {
    ...facts,
    ...(move && { move: await lookAtMove(goal.release.images.postgres, { ...machine, signal }) }),
    upgrade: await lookAtUpgrade(goal.release.images.synapse, { ...machine, signal, facts: facts.host }),
  };
};

/** The facts, with how far a database that is not on the machine has come since it was looked at. */
export const withSchemaLook = async (facts: Facts, machine: Machine, signal: AbortSignal): Promise<Facts> => {
  const { upgrade, host } = facts;
  if (upgrade?.elsewhere === undefined) return facts;
  const seen = await lookAtSchema({ ...machine, signal, facts: host });
  return { ...facts, upgrade: { ...upgrade, elsewhere: seen ?? upgrade.elsewhere } };
};

/** What an operator has to know of an upgrade that is due, one line for each change. */
export const upgradeNews = ({ goal, facts }: Situation): string[] => {
  const upgrade = upgradeFor(goal, facts.host);
  if (upgrade === undefined) return [];
  const { changes, withBackup, postgres } = upgrade;
  const { old, next } = switchWords(upgrade);
  const untried = upgrade.from === upgrade.to ? undefined : whyUntried(goal, facts);
  return [
    `${old} will become ${next}.${changes.length === 0 ? '' : ' What is new for you:'}`,
    ...(postgres === undefined
      ? []
      : [
          `WARNING Nobody can use the server while its database moves to Postgres ${postgres.to}. ${moveForecast(facts)}`,
          `- The old database stays in ${oldCluster(postgres.from)}. Until you remove it, init --rollback leads back to it; what is written from now on would be lost by that.`,
          '- Moved are all databases and roles in this Postgres, with what pg_hba.conf says; not settings that were made with ALTER SYSTEM.',
        ]),
    ...changes.map(({ what, act }) => `- ${what} ${act}`),
    ...(untried === undefined
      ? []
      : [`The new Synapse is not tried on a copy of the database's schema first: ${untried}.`]),
    ...(withBackup
      ? []
      : [
          'WARNING --no-backup: if the upgrade damages the database, every account and message in it is lost; and where the new Synapse changes the database too far, there is no way back.',
        ]),
  ];
};

/** What is known of a person's requests after an upgrade; one that did not work before was not asked for. */
const personNews = ({ person }: UpgradeRecord): string[] =>
  person === undefined || person === 'yes'
    ? []
    : [
        `WARNING Logging in, sending and syncing were not tried after the upgrade: before it they did not work. ${person.replace(/^no ?/, '')}`,
      ];

/** What came of an upgrade of this run. */
export const upgradeResult = (before: HostFacts, after: HostFacts): string[] => {
  const record = readUpgradeRecord(after.upgradeRecord);
  if (record?.state !== 'done' || before.upgradeRecord === after.upgradeRecord) return [];
  const left = after.database.backgroundUpdates;
  const { old, next } = switchWords(record);
  return [
    `${record.postgres === undefined ? `Synapse ${record.from} is ${record.to} now` : `${old} is ${next} now`}; the longest time without an answer was ${record.seconds} s.${record.backup === '' ? '' : ` The backup from before: ${record.backup}`}`,
    ...personNews(record),
    ...(left === 0
      ? []
      : [
          `${count(left, 'background update')} of its database still run${left === 1 ? 's' : ''}; people can use the server meanwhile, and the next upgrade waits for ${left === 1 ? 'it' : 'them'}.`,
        ]),
  ];
};

/** Databases that lie beside the one in use, and what becomes of them: nothing without a word. */
export const keptDatabaseNotes = ({ keptDatabases, upgradeRecord }: HostFacts): string[] => {
  const record = readUpgradeRecord(upgradeRecord);
  const back =
    record?.state === 'done' && record.postgres !== undefined ? oldCluster(record.postgres.from) : undefined;
  return keptDatabases.map(
    ({ path, major, bytes }) =>
      `${path} holds an earlier database${major === '' ? '' : ` (Postgres ${major})`}, ${sizeText(bytes)}, which nothing uses. ${
        path === back ? 'init --rollback leads back to it as long as it is there. ' : ''
      }When you are sure: rm -rf --one-file-system ${path}`,
  );
};
