import type { Io } from '../cli.ts';
import { EXIT, type ExitCode, refuseAll, UsageError } from '../errors.ts';
import { createLog, type RunLog } from '../ui/log.ts';
import { createRedactor } from '../ui/redact.ts';
import type { CommandContext, CommandLoaders, CommandModule } from './context.ts';
import type { RawCommand } from './flags.ts';
import { beginEvents, createVoices } from './follow.ts';
import { isInteractive } from './interactive.ts';
import { INTERRUPT_NOTE, watchInterrupts } from './interrupt.ts';
import type { CommandName, CommandOptions } from './options.ts';
import { READERS } from './read-options.ts';
import { reportError } from './report.ts';
import { shellWords } from './shell-words.ts';

export interface RunSettings {
  /** The arguments as typed; they hold no secret, because no flag takes one. */
  readonly args: readonly string[];
  readonly io: Io;
  readonly loaders: CommandLoaders;
  readonly version: string;
}

/** Runs a command and turns whatever ends it into text and an exit code. */
export async function runCommand<Name extends CommandName>(
  name: Name,
  raw: RawCommand,
  { args, io, loaders, version }: RunSettings,
): Promise<ExitCode> {
  const redactor = createRedactor();
  const json = isFollowed(name, raw.flags.json === true);
  const { ui, events } = createVoices({ io, redactor, json, plain: raw.flags.plain === true });
  const learned: string[] = [];
  const resume = () => resumeCommand([...args, ...learned], io.env);
  const interrupts = watchInterrupts(() => ui.note(INTERRUPT_NOTE));
  let log: RunLog | undefined;
  const context: CommandContext = {
    ui,
    events,
    redactor,
    signal: interrupts.signal,
    env: io.env,
    interactive: isInteractive(
      io.stdin,
      io.stdout,
      raw.flags.nonInteractive === true || raw.flags.check === true || json,
    ),
    get resume() {
      return resume();
    },
    rememberInResume: (words) => void learned.push(...words),
    version,
    startLog(path) {
      log?.close();
      log = createLog(path, redactor);
      log.line(`matrix-bastion ${version}, Node ${process.version}, ${process.platform}: ${resume()}`);
      return log;
    },
  };
  const finish = beginEvents(events, {
    command: name,
    version,
    ...(raw.arguments[0] !== undefined && { target: raw.arguments[0] }),
  });
  const end = (code: ExitCode): ExitCode => {
    finish(code, log?.path);
    return code;
  };
  try {
    const read = READERS[name](raw);
    const options = read.options as CommandOptions[Name];
    const module: CommandModule<Name> = await loaders[name]();
    refuseAll([...read.problems, ...((await module.problems?.(options, io.env)) ?? [])], 'flags');
    const code = await module.run(options, context);
    if (log) ui.note(`Log: ${log.path}`);
    return end(code);
  } catch (error) {
    log?.line(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return end(
      reportError(error, ui, {
        resume: resume(),
        ...(log && { logPath: log.path }),
        debug: isDebug(io.env),
        interrupted: interrupts.signal.aborted,
        events,
      }),
    );
  } finally {
    interrupts.release();
    log?.close();
  }
}

/** A command line that could not be parsed. */
export function refuseUsage(message: string, { args, io, version }: Omit<RunSettings, 'loaders'>): ExitCode {
  const command = args.find((word): word is CommandName => Object.hasOwn(READERS, word));
  const json = command !== undefined && isFollowed(command, args.includes('--json'));
  const { ui, events } = createVoices({ io, redactor: createRedactor(), json, plain: false });
  const finish = beginEvents(events, { command: command ?? '', version });
  ui.failure(new UsageError(message, [`matrix-bastion ${command ? `${command} ` : ''}--help`]).text);
  finish(EXIT.usage);
  return EXIT.usage;
}

/** Commands that change a machine are told as events; `--json` of the others is their result. */
const FOLLOWED: ReadonlySet<CommandName> = new Set(['init']);

const isFollowed = (name: CommandName, json: boolean): boolean => json && FOLLOWED.has(name);

/** How this very run is started again; `npx` is said when it was npx that started it. */
function resumeCommand(args: readonly string[], env: Io['env']): string {
  return shellWords([...(env.npm_command === 'exec' ? ['npx'] : []), 'matrix-bastion', ...args]);
}

function isDebug(env: Io['env']): boolean {
  return env.DEBUG !== undefined && env.DEBUG !== '';
}
