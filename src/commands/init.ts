import { printAnswers } from '../answers/print.ts';
import { resolveAnswers } from '../answers/resolve.ts';
import type { CommandContext } from '../cli/context.ts';
import { gatherInputs } from '../cli/inputs.ts';
import type { InitOptions } from '../cli/options.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { noteUnsaid, openConnection } from './init/connection.ts';
import { laterParts } from './init/later-parts.ts';

/**
 * The whole of `init`: facts, answers, plan, apply, proof. A rerun is the same code: with an empty plan it
 * ends before anything is written.
 */
export const run = async (options: InitOptions, context: CommandContext): Promise<ExitCode> => {
  if (options.printAnswers) {
    context.ui.print(printAnswers(resolveAnswers(gatherInputs(options, context.env))));
    return EXIT.done;
  }
  if (options.explainAnswers) {
    const { explain } = await import('./init/explain.ts');
    return explain(options, context);
  }
  noteUnsaid(options, context);
  const later = laterParts();
  const connection = await openConnection(options, context, { whileConnecting: later.load });
  try {
    const { installOver } = await later.load();
    return await installOver(connection, options, context);
  } finally {
    await connection.host.close();
  }
};
