import { loadScripts } from '../../apply/load-scripts.ts';
import type { Hands } from '../../apply/tools.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { gatherFacts, type HostFacts } from '../../host/facts/index.ts';
import { summaryOf } from '../../host/facts/summary.ts';
import { loggedHost } from '../../host/logged.ts';
import { lookFromOutside } from '../../outside/look.ts';
import type { UpgradeRecord } from '../../releases/record.ts';
import { switchWords } from '../../releases/words.ts';
import type { Connection } from './connection.ts';
import { type EarlyLook, lookEarly } from './early-look.ts';
import { outsideSettings } from './outside-settings.ts';
import { factsValues } from './told.ts';
import { finishInterrupted, interruptedUpgrade } from './upgrade.ts';

/** The machine as it was found. */
export interface Begun {
  readonly machine: Pick<Hands, 'host' | 'scripts'>;
  readonly first: HostFacts;
  /** How it is from outside, if somebody began to look. */
  readonly early: EarlyLook;
  /** The upgrade that was brought to its end, as it was found. */
  readonly interrupted?: UpgradeRecord;
}

/**
 * Reads the machine. An upgrade that was interrupted is brought to its end before anything else is looked at.
 * @returns an exit code where such an upgrade is all that a run without changes can tell of.
 */
export const begin = async (
  connection: Connection,
  options: InitOptions,
  context: CommandContext,
): Promise<Begun | ExitCode> => {
  const host = loggedHost(connection.host, (text, result) => connection.log.command(text, result));
  const machine = { host, scripts: loadScripts() };
  const early = await lookEarly(connection.inputs, context.env, (answers, recordedKeys) =>
    lookFromOutside(
      answers,
      connection.target.host,
      { ...outsideSettings(options), recordedKeys },
      context.signal,
    ),
  );
  let first = await gatherFacts(connection.host, context.signal);
  connection.log.line(`facts: ${summaryOf(first)}`);
  const interrupted = interruptedUpgrade(first);
  if (interrupted !== undefined) {
    if (options.dryRun || options.check || options.printCommands) {
      context.ui.note(
        `An upgrade to ${switchWords(interrupted).next} is under way, or being taken back; a run that may change something brings it to its end first.`,
      );
      return options.check ? EXIT.changes : EXIT.done;
    }
    await finishInterrupted(interrupted, machine, context);
    first = await gatherFacts(connection.host, context.signal);
  }
  context.events.emit('facts', { role: 'server', machine: connection.host.name, ...factsValues(first) });
  // What was seen before an upgrade was brought to its end is not how things are now.
  return interrupted === undefined
    ? { machine, first, early }
    : { machine, first, early: { take: () => undefined }, interrupted };
};
