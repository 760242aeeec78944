import type { ExitCode } from '../errors.ts';
import type { EventSink } from '../events/events.ts';
import type { RunLog } from '../ui/log.ts';
import type { Redactor } from '../ui/redact.ts';
import type { Ui } from '../ui/ui.ts';
import type { CommandName, CommandOptions } from './options.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command gets from the outside, besides its options. */
export interface CommandContext {
  readonly ui: Ui;
  /** For programs that follow the run (`--json`). */
  readonly events: EventSink;
  /** Register every secret here before it is used. */
  readonly redactor: Redactor;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: Environment;
  /** False with `--non-interactive` and without a terminal: then nothing may be asked. */
  readonly interactive: boolean;
  /** The command line that runs this again, quoted for a shell. */
  readonly resume: string;
  /** Adds to that command line what was asked for and not typed there, so that it goes on by itself. */
  rememberInResume(words: readonly string[]): void;
  readonly version: string;
  /** Opens the run's log (0600). Its path is printed with every failure from then on. */
  startLog(path: string): RunLog;
}

/** A module of src/commands. Expected failures are thrown as `Failure`. */
export interface CommandModule<Name extends CommandName> {
  /**
   * What is wrong with the values of well-formed flags, seen without touching anything: one line each, which
   * names the flag. A run with any of it does not begin.
   */
  problems?(options: CommandOptions[Name], env: Environment): readonly string[] | Promise<readonly string[]>;
  run(options: CommandOptions[Name], context: CommandContext): Promise<ExitCode>;
}

/** Every command, loaded when it runs. */
export type CommandLoaders = { readonly [Name in CommandName]: () => Promise<CommandModule<Name>> };
