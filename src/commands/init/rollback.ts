import { takeLock } from '../../apply/lock.ts';
import { lookAtWayBack } from '../../apply/look-at-way-back.ts';
import { takeBackRelease } from '../../apply/release.ts';
import type { Hands } from '../../apply/tools.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode, Refusal } from '../../errors.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import { lostWay, planRollback, type RollbackPlan, wayBackWarnings } from '../../plan/rollback.ts';
import { switchWords } from '../../releases/words.ts';
import { oldCluster } from '../../render/layout.ts';
import { agree } from './show.ts';

/** What becomes of the database, in a sentence. */
const databaseOf = ({ from, restores, postgres }: RollbackPlan): string => {
  if (postgres !== undefined)
    return `the database of ${oldCluster(postgres.from)}, as it was when it was moved: what was written since is lost here; the present one is kept beside it`;
  return restores === undefined
    ? `the database stays as it is: Synapse ${from} can run on it, and no message is lost`
    : `the database of ${restores}: what was written since is lost here; the present one is kept beside it`;
};

/** Puts the release before the last upgrade back: images and configuration, and the database where there is no other way. */
export const rollBack = async (
  facts: HostFacts,
  machine: Pick<Hands, 'host' | 'scripts'>,
  options: InitOptions,
  context: CommandContext,
): Promise<ExitCode> => {
  const planned = planRollback(facts, options.accept, machine.host.name);
  if ('problem' in planned) throw new Refusal(planned.problem);
  const { from, to, postgres } = planned.plan;
  const { old, next } = switchWords(planned.plan);
  context.ui.print(`Back from ${next} to ${old}:`);
  context.ui.print('- images and configuration as they were before the upgrade; both stop for some seconds');
  context.ui.print(`- ${databaseOf(planned.plan)}`);
  const wayBack = await lookAtWayBack({ ...machine, signal: context.signal });
  const lost = lostWay(wayBack);
  if (lost !== undefined) throw new Refusal(lost);
  const warnings = wayBackWarnings(wayBack, Object.keys(facts.handEdits));
  for (const line of warnings) context.ui.print(`- ${line}`);
  if (options.dryRun || options.check || options.printCommands) {
    context.ui.note('Nothing was changed.');
    return options.check ? EXIT.changes : EXIT.done;
  }
  await agree(options, context);
  const lock = await takeLock(machine.host, machine.scripts);
  let seconds = 0;
  try {
    const { schema, restores } = planned.plan;
    const release = {
      from,
      to,
      schema,
      reversible: true,
      backup: restores ?? '',
      ...(postgres && { postgres }),
    };
    await context.ui.run(
      [
        {
          id: 'rollback',
          title: `Back to ${old}`,
          run: async (progress, signal) => {
            seconds = await takeBackRelease(release, wayBack, { ...machine, progress, signal });
          },
        },
      ],
      context.signal,
    );
  } finally {
    await lock.release().catch(() => {});
  }
  context.ui.print(`${old} serves again; the longest time without an answer was ${seconds} s.`);
  context.ui.note(
    `This matrix-bastion would upgrade it again. To stay with ${old}, run init with the matrix-bastion that installed it: it brings the configuration in line with your present answers${wayBack.opens.length > 0 ? `, which shuts ${wayBack.opens.join(' and ')} again` : ''}.`,
  );
  return EXIT.done;
};
