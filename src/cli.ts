import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { COMMANDS } from './cli/commands.ts';
import type { CommandLoaders } from './cli/context.ts';
import type { RawCommand } from './cli/flags.ts';
import type { CommandName } from './cli/options.ts';
import { commanderMessage, createProgram } from './cli/program.ts';
import { COMPLETE } from './completion/name.ts';
import { EXIT, type ExitCode } from './errors.ts';
import type { Keyboard } from './ui/keys.ts';

/** The streams and the environment of a run; `process` fits. */
export interface Io {
  readonly stdin: Keyboard;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Parses the arguments (without node and script), runs the command and returns the exit code. Only what the
 * arguments ask for is loaded: the help needs nothing but commander.
 */
export async function main(
  args: readonly string[],
  io: Io = process,
  loaders: CommandLoaders = COMMANDS,
): Promise<ExitCode> {
  const version = packageVersion();
  const completes = args[0] === COMPLETE;
  let chosen: { readonly name: CommandName; readonly raw: RawCommand } | undefined;
  const questions =
    completes || args.some((word) => word === 'init' || word === 'plan' || word === 'restore')
      ? (await import('./answers/questions/index.ts')).QUESTION_LIST
      : [];
  const program = createProgram({
    version,
    stdout: io.stdout,
    questions,
    onCommand: (name, raw) => {
      chosen = { name, raw };
    },
  });
  if (completes) {
    const { answerShell } = await import('./completion/index.ts');
    io.stdout.write(answerShell(args.slice(1), program, questions, io.env));
    return EXIT.done;
  }
  let wrong: string | undefined;
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    if (error.code === 'commander.help') {
      program.outputHelp();
      return EXIT.usage;
    }
    wrong = commanderMessage(error, program);
  }
  const { runCommand, refuseUsage } = await import('./cli/run.ts');
  if (chosen === undefined || wrong !== undefined)
    return refuseUsage(wrong ?? 'no command', { args, io, version });
  return runCommand(chosen.name, chosen.raw, { args, io, loaders, version });
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
