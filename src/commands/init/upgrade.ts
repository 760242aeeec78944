import type { Situation } from '../../apply/converge.ts';
import { takeLock } from '../../apply/lock.ts';
import { finishUpgrade, lookAtUpgrade, upgradeRuns } from '../../apply/release.ts';
import type { Hands } from '../../apply/tools.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { Facts, HostFacts } from '../../plan/facts.ts';
import { pathFor, upgradeFor, whyUntried } from '../../plan/upgrade.ts';
import { isUnderWay, readUpgradeRecord, type UpgradeRecord } from '../../releases/record.ts';

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
  const { from, to, schema, backup } = record;
  const goesOn = await upgradeRuns(machine);
  const what =
    record.state === 'switching'
      ? `An upgrade of Synapse from ${from} to ${to}`
      : `Going back from Synapse ${to} to ${from}`;
  context.ui.note(
    `${what}, begun at ${record.at}, ${goesOn ? 'is still at work' : 'was interrupted'}: it is brought to its end first.`,
  );
  const lock = await takeLock(machine.host, machine.scripts);
  try {
    await context.ui.run(
      [
        {
          id: 'upgrade',
          title: record.state === 'switching' ? `Upgrade to Synapse ${to}` : `Back to Synapse ${from}`,
          run: (progress, signal) =>
            // Begun, it was judged already; where the database cannot be asked, the way back was there then.
            finishUpgrade({ from, to, schema, reversible: true, backup }, { ...machine, progress, signal }),
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
  if (kind !== 'upgrade' && kind !== 'unacknowledged') return facts;
  return {
    ...facts,
    upgrade: await lookAtUpgrade(goal.release.images.synapse, { ...machine, signal, facts: facts.host }),
  };
};

/** What an operator has to know of an upgrade that is due, one line for each change. */
export const upgradeNews = ({ goal, facts }: Situation): string[] => {
  const upgrade = upgradeFor(goal, facts.host);
  if (upgrade === undefined) return [];
  const { from, to, changes, withBackup } = upgrade;
  const untried = whyUntried(goal, facts);
  return [
    `Synapse ${from} will become ${to}.${changes.length === 0 ? '' : ' What is new for you:'}`,
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
  return [
    `Synapse ${record.from} is ${record.to} now; the longest time without an answer was ${record.seconds} s.${record.backup === '' ? '' : ` The backup from before: ${record.backup}`}`,
    ...personNews(record),
    ...(left === 0
      ? []
      : [
          `${left} background update${left === 1 ? '' : 's'} of its database still run${left === 1 ? 's' : ''}; people can use the server meanwhile, and the next upgrade waits for ${left === 1 ? 'it' : 'them'}.`,
        ]),
  ];
};
