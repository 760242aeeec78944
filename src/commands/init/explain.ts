import { type ExplainedAnswer, explainAnswers } from '../../answers/explain.ts';
import { type AnswerInputs, refuseProblems, resolveAnswers } from '../../answers/resolve.ts';
import type { CommandContext } from '../../cli/context.ts';
import { gatherInputs } from '../../cli/inputs.ts';
import type { InitOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { gatherFacts } from '../../host/facts/index.ts';
import { withOperatorsCopy, withStored } from './answers.ts';
import { openConnection } from './connection.ts';

/** `--explain-answers`: each answer and where it came from. With a machine its stored answers count, too. */
export const explain = async (options: InitOptions, context: CommandContext): Promise<ExitCode> => {
  const inputs =
    options.target === undefined
      ? await withOperatorsCopy(gatherInputs(options, context.env), context)
      : await seenFromMachine(options, context);
  const resolution = resolveAnswers(inputs);
  refuseProblems(resolution);
  context.ui.grid({
    columns: [
      { title: 'Answer', align: 'left' },
      { title: 'Value', align: 'left' },
      { title: 'From', align: 'left' },
    ],
    rows: explainAnswers(resolution, inputs).map(({ flag, value, source }: ExplainedAnswer) => [
      flag,
      value,
      source,
    ]),
  });
  if (options.target === undefined)
    context.ui.note('No machine was named: what it has stored, and its size, are not looked at.');
  return EXIT.done;
};

const seenFromMachine = async (options: InitOptions, context: CommandContext): Promise<AnswerInputs> => {
  const connection = await openConnection(options, context);
  try {
    const facts = await gatherFacts(connection.host, context.signal);
    return await withStored(connection.inputs, facts, context);
  } finally {
    await connection.host.close();
  }
};
