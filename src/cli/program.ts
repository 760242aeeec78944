import { Command, type CommanderError, Option } from 'commander';
import type { Question } from '../answers/question.ts';
import type { RawAnswers } from '../answers/raw.ts';
import { RELEASE, releaseText } from '../releases/release.ts';
import { type CommandName, SHELLS, TRANSPORTS } from './options.ts';
import type { RawCommand } from './read-options.ts';

export interface ProgramOptions {
  readonly version: string;
  readonly stdout: Pick<NodeJS.WriteStream, 'write'>;
  /** The questions, when a command that takes answers is about to be parsed; the general help needs none. */
  readonly questions: readonly Question[];
  readonly onCommand: (name: CommandName, raw: RawCommand) => void;
}

/**
 * The command line. Parsing only: texts are judged later, all at once. `--help` and errors end in a
 * `CommanderError`, nothing exits and nothing is written to stderr.
 */
export function createProgram({ version, stdout, questions, onCommand }: ProgramOptions): Command {
  const program = quiet(new Command('matrix-bastion'), stdout)
    .description('Takes a fresh VPS to a federated, end-to-end-encrypted Matrix homeserver.')
    .usage('<command> [options]')
    .version(
      `${version}\ninstalls ${releaseText(RELEASE)}`,
      '-V, --version',
      'print the version, and those of what is installed',
    )
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  examplesFirst(program, [
    ['matrix-bastion init root@203.0.113.7', 'ask, show the plan, install'],
    ['matrix-bastion init root@203.0.113.7 --domain example.org --dry-run', 'show the plan only'],
    ['matrix-bastion check example.org', 'is federation in order?'],
  ]);

  const init = quiet(program.command('init'), stdout)
    .summary('install on a machine, or bring it in line with the answers')
    .description(
      'Installs a homeserver on a machine over SSH. Run again, it goes on or brings the machine in line.',
    )
    .argument('[user@host]', 'the machine: a name of ~/.ssh/config, an address, or localhost');
  examplesFirst(init, [
    ['matrix-bastion init root@203.0.113.7', 'ask for what is missing'],
    ['matrix-bastion init root@203.0.113.7 --domain example.org --yes', 'take the defaults for the rest'],
    ['matrix-bastion init vps --answers answers.yaml --non-interactive', 'from a script'],
  ]);
  init.optionsGroup('What is installed:');
  addQuestions(init, questions);
  init
    .option('--answers <file>', 'YAML file with answers, keys as the flags above')
    .option('--print-answers', 'print such a file with every question explained, and stop')
    .option('--explain-answers', 'show each answer and where it comes from, and stop')
    .optionsGroup('How the machine is reached:')
    .option(`--ssh <${TRANSPORTS.join('|')}>`, "what reaches it; openssh: the system's ssh, local: no SSH")
    .addOption(list('--identity <file>', 'private key; repeatable'))
    .option('--host-key <fingerprint>', "the machine's host key, SHA256:…")
    .option('--db-host-key <fingerprint>', 'the host key of --db-host, SHA256:…')
    .option('--ssh-password-file <file>', 'file with the SSH password')
    .option('--key-passphrase-file <file>', 'file with the passphrase of the private key')
    .option('--sudo-password-file <file>', 'file with the sudo password')
    .optionsGroup('The run:')
    .option('--admin-password-file <file>', "file with the administrator's password; default: one is made up")
    .option('--database-password-file <file>', 'file with the password for --database')
    .option('--non-interactive', 'never ask; name everything that is missing')
    .option('--yes', 'take the defaults and agree to the plan')
    .option('--dry-run', 'show the plan and stop')
    .option('--print-commands', 'print all that would run on the machine, as Markdown, and stop')
    .option('--wait [duration]', 'wait for DNS and files that someone else publishes; default 30m')
    .option('--json', 'tell the run as lines of JSON on stdout; never ask');
  addOutside(init);
  addPlain(init);
  init.action((target: string | undefined, flags: Record<string, unknown>) =>
    onCommand('init', split(target, flags, questions)),
  );

  const plan = quiet(program.command('plan'), stdout)
    .summary('show what init would make of a box of a given size, without one')
    .description(
      'Shows how init would divide a box of a given size, and why. Needs no machine and no network; writes only to the folder of --out.',
    );
  examplesFirst(plan, [
    ['matrix-bastion plan --tier ravelin --rooms 120 --domain example.org', 'the budget, explained'],
    ['matrix-bastion plan --domain example.org --memory 16G --vcpus 8 --out plan', 'and every file'],
    ['matrix-bastion plan --compare garrison,ravelin,bulwark --rooms 120', 'which box is enough?'],
  ]);
  plan.optionsGroup('What is installed:');
  addQuestions(plan, questions);
  plan
    .option('--answers <file>', 'YAML file with answers, keys as the flags above')
    .optionsGroup('The machine:')
    .option('--memory <size>', 'RAM, for example 16G')
    .option('--vcpus <number>', 'processors')
    .option('--disk <size>', 'disk that holds the data, for example 480G')
    .optionsGroup('Output:')
    .option('--why', 'the reason and the source of each line and figure')
    .option('--out <folder>', 'write every file that init would put on the machine into this folder')
    .option('--compare <tiers>', 'put tiers side by side, separated by commas')
    .option('--json', 'the plan as JSON on stdout, and nothing else there');
  addPlain(plan);
  plan.action((flags: Record<string, unknown>) => onCommand('plan', split(undefined, flags, questions)));

  const check = quiet(program.command('check'), stdout)
    .summary('check the federation of any homeserver, from here')
    .description('Checks a homeserver as other servers see it: well-known, DNS, TLS, version, keys.')
    .argument('<server_name>', 'what follows the colon in @you:example.org');
  examplesFirst(check, [['matrix-bastion check example.org', 'exit code 0 green, 1 red, 3 could not tell']]);
  check
    .option('--only <4|6>', 'look through IPv4 or IPv6 only')
    .addOption(list('--federate-with <network>', 'network (CIDR) of a closed federation; repeatable'));
  addOutside(check);
  addPlain(check);
  check.action((name: string, flags: Record<string, unknown>) => onCommand('check', split(name, flags, [])));

  const completion = quiet(program.command('completion'), stdout)
    .summary('print the script that makes a shell complete this command')
    .description('Prints a script for a shell, which then completes commands, flags and answers.')
    .argument(`<${SHELLS.join('|')}>`, 'the shell');
  examplesFirst(completion, [['matrix-bastion completion fish | source', 'into ~/.config/fish/config.fish']]);
  completion.action((shell: string) => onCommand('completion', split(shell, {}, [])));
  return program;
}

/** One plain sentence of a commander error, without its `error:` and on one line. */
export function commanderMessage(error: CommanderError, program: Command): string {
  const [, switched] = /^error: unknown option '(--[a-z-]+)=/.exec(error.message) ?? [];
  const flags = program.commands.flatMap(({ options }) => options.map(({ long }) => long));
  if (switched !== undefined && flags.includes(switched)) return `${switched} takes no value`;
  return error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

function quiet(command: Command, stdout: Pick<NodeJS.WriteStream, 'write'>): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: () => {},
      outputError: () => {},
    })
    .configureHelp({ showGlobalOptions: false });
}

function examplesFirst(command: Command, examples: readonly (readonly [string, string])[]): void {
  const lines = examples.flatMap(([line, why]) => [`  ${line}`, ...(why === '' ? [] : [`      ${why}`])]);
  command.addHelpText('before', `Examples:\n${lines.join('\n')}\n`);
}

function addQuestions(command: Command, questions: readonly Question[]): void {
  for (const question of questions)
    command.addOption(
      question.repeatable ? list(question.flag, question.help) : new Option(question.flag, question.help),
    );
}

function addOutside(command: Command): void {
  command
    .addOption(list('--dns <server>', "DNS server to ask instead of the system's; repeatable"))
    .option('--ca-file <file>', 'PEM file with authorities to trust besides the usual ones')
    .option('--timeout <duration>', 'limit for each check from outside, for example 20s');
}

function addPlain(command: Command): void {
  command.option('--plain', 'plain lines: no colours, nothing redrawn');
}

function list(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

/** The questions' flags apart from the rest. Commander camel-cases `--matrix-host` as the question's id is written. */
function split(
  argument: string | undefined,
  all: Readonly<Record<string, unknown>>,
  questions: readonly Question[],
): RawCommand {
  const answers: Record<string, unknown> = {};
  const flags: Record<string, unknown> = { ...all };
  for (const question of questions) {
    const { id } = question;
    if (all[id] !== undefined) answers[id] = all[id];
    delete flags[id];
  }
  return { ...(argument !== undefined && { argument }), flags, answers: answers as RawAnswers };
}
