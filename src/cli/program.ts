import { Command, type CommanderError, Option } from 'commander';
import { FEDERATION_MODES } from '../answers/answers.ts';
import type { Question, QuestionId } from '../answers/question.ts';
import type { RawAnswers } from '../answers/raw.ts';
import { PUBLISHERS } from '../federation/publishers.ts';
import { RELEASE, releaseText } from '../releases/release.ts';
import type { RawCommand } from './flags.ts';
import { type CommandName, SHELLS, TRANSPORTS } from './options.ts';
import { INVITE_ACTIONS, MODERATION_ACTIONS, ROOM_ACTIONS, USER_ACTIONS } from './people-options.ts';

export interface ProgramOptions {
  readonly version: string;
  readonly stdout: Pick<NodeJS.WriteStream, 'write'>;
  /** The questions, when a command that takes answers is about to be parsed; the general help needs none. */
  readonly questions: readonly Question[];
  readonly onCommand: (name: CommandName, raw: RawCommand) => void;
}

/** Questions about the machine and not about the server: a backup's answers to them may not fit another machine. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set<QuestionId>([
  'tier',
  'dockerSource',
  'dockerMirror',
  'dockerMirrorFingerprint',
  'proxy',
  'proxyListen',
  'publicAddress',
]);

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
    ['matrix-bastion explain MB-FED-013', 'what a finding means, and the fix'],
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
    .option('--explain-answers', 'show each answer and where it comes from, and stop');
  addConnection(init)
    .option('--db-host-key <fingerprint>', 'the host key of --db-host, SHA256:…')
    .optionsGroup('The run:')
    .option('--admin-password-file <file>', "file with the administrator's password; default: one is made up")
    .option('--database-password-file <file>', 'file with the password for --database')
    .option('--signing-key-file <file>', "file with a copy of the server's signing key, for a new machine")
    .option('--non-interactive', 'never ask; name everything that is missing')
    .option('--yes', 'take the defaults and agree to the plan')
    .option('--dry-run', 'show the plan and stop')
    .addOption(
      sometimes('--keep [path]', 'of files edited by hand that this run changes, too: keep this one, or all'),
    )
    .addOption(sometimes('--replace [path]', 'replace this one, or all; yours stays beside it'))
    .option('--diff', 'show every line that changes in files')
    .option('--check', 'show the plan and stop, without asking: exit code 0 nothing to do, 10 something')
    .option('--print-commands', 'print all that would run on the machine, as Markdown, and stop')
    .option('--wait [duration]', 'wait for DNS, for files of others, for background updates; default 30m')
    .option('--json', 'tell the run as lines of JSON on stdout; never ask')
    .optionsGroup('Upgrades:')
    .addOption(list('--accept <change>', 'breaking change of an upgrade that you know of; repeatable'))
    .option('--no-backup', 'upgrade without a backup; what that risks is said')
    .option('--rollback', 'go back to the version before the last upgrade');
  addOutside(init);
  addPlain(init);
  init.action((target: string | undefined, flags: Record<string, unknown>) =>
    onCommand('init', split(target === undefined ? [] : [target], flags, questions)),
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
  plan.action((flags: Record<string, unknown>) => onCommand('plan', split([], flags, questions)));

  const check = quiet(program.command('check'), stdout)
    .summary('check the federation of any homeserver, from here')
    .description('Checks a homeserver as other servers see it: well-known, DNS, TLS, version, keys.')
    .argument('[server_name...]', 'what follows the colon in @you:example.org; several get a line each');
  examplesFirst(check, [
    ['matrix-bastion check example.org', 'exit code 0 green, 1 red, 3 could not tell'],
    ['matrix-bastion check example.org --watch', 'look until it is green'],
    [
      'matrix-bastion check example.org --evidence seen.json',
      'keep what was seen, to judge it again with --from',
    ],
  ]);
  check
    .option('--from-file <file>', 'file with names, one a line')
    .option('--verbose', 'every check, also what is in order')
    .option('--json', 'the verdict as JSON on stdout, a line for each server')
    .option('--watch [duration]', 'look again until it is green; default 6h')
    .option('--profile <profile>', "spec (the specification), go (the public tester's eyes) or strict")
    .option('--evidence <file>', 'write what was seen into this JSON file')
    .option('--from <file>', 'judge what --evidence wrote, without a network')
    .option('--from-host <user@host>', 'the machine of a server of your own: how does it see itself?')
    .option('--notary <server>', 'ask this homeserver, too, whether it has the keys')
    .option('--public-tester', 'ask federationtester.matrix.org, too, as a second opinion')
    .option('--only <4|6>', 'look through IPv4 or IPv6 only')
    .addOption(list('--federate-with <network>', 'network (CIDR) of a closed federation; repeatable'));
  addOutside(check);
  addConnection(check).option('--non-interactive', 'never ask');
  addPlain(check);
  check.action((names: string[], flags: Record<string, unknown>) =>
    onCommand('check', split(names, flags, [])),
  );

  const explain = quiet(program.command('explain'), stdout)
    .summary('what a code such as MB-DNS-MISSING means, and the fix')
    .description(
      'Explains a code of a failure or of the federation check: why it matters, the fix, what is safe.',
    )
    .argument('[code]', 'the code; without it all of them are listed');
  examplesFirst(explain, [
    ['matrix-bastion explain MB-DNS-MISSING', 'what it means, and what to do'],
    [
      'matrix-bastion explain MB-FED-013 --domain example.org',
      'the lines for nginx, Apache, Caddy and others',
    ],
  ]);
  explain
    .option('--domain <name>', 'server name to fill in; default example.org')
    .option('--host <name>', "the homeserver's host to fill in; default matrix.DOMAIN")
    .option('--json', 'as JSON on stdout');
  addPlain(explain);
  explain.action((code: string | undefined, flags: Record<string, unknown>) =>
    onCommand('explain', split(code === undefined ? [] : [code], flags, [])),
  );

  const wellKnown = quiet(program.command('well-known'), stdout)
    .summary('the files that say where the homeserver is, for a website elsewhere')
    .description(
      'Prints /.well-known/matrix/server, client and support of a server, and where they go; or says whether the published ones are these.',
    )
    .argument('<server_name>', 'what follows the colon in @you:example.org');
  examplesFirst(wellKnown, [
    ['matrix-bastion well-known example.org --for netlify', 'what to put where'],
    ['matrix-bastion well-known example.org --wait', 'wait until it is published'],
  ]);
  wellKnown
    .option('--for <place>', `${PUBLISHERS.join(', ')}; default nginx`)
    .option('--host <name>', "the homeserver's host; default: by the answers of init, or matrix.DOMAIN")
    .option('--check', 'compare what is published: exit code 0 the same, 1 not')
    .option('--wait [duration]', 'compare until it is the same; default 30m');
  addOutside(wellKnown);
  addPlain(wellKnown);
  wellKnown.action((name: string, flags: Record<string, unknown>) =>
    onCommand('well-known', split([name], flags, [])),
  );

  const guide = quiet(program.command('guide'), stdout)
    .summary('a page for the people who get an account: how to log in and keep their messages')
    .description(
      'Prints a page for the users of a server, as Markdown or HTML: how to log in, the recovery key, a second device, what the administrator can see.',
    )
    .argument('<server_name>', 'what follows the colon in @you:example.org');
  examplesFirst(guide, [
    ['matrix-bastion guide example.org', 'Markdown, to be mailed or printed'],
    ['matrix-bastion guide example.org --html --out welcome.html', 'one HTML file that fetches nothing'],
  ]);
  guide
    .option('--contact <text>', 'whom to ask; default: by the answers of init')
    .option(
      '--client <url>',
      'address of a web client; default: by the answers of init, or https://app.element.io',
    )
    .option('--host <name>', "the homeserver's host; default: by the answers of init, or matrix.DOMAIN")
    .option('--html', 'as HTML')
    .option('--out <file>', 'into a new file instead of on the screen');
  addPlain(guide);
  guide.action((name: string, flags: Record<string, unknown>) =>
    onCommand('guide', split([name], flags, [])),
  );

  const completion = quiet(program.command('completion'), stdout)
    .summary('print the script that makes a shell complete this command')
    .description('Prints a script for a shell, which then completes commands, flags and answers.')
    .argument(`<${SHELLS.join('|')}>`, 'the shell');
  examplesFirst(completion, [['matrix-bastion completion fish | source', 'into ~/.config/fish/config.fish']]);
  completion.action((shell: string) => onCommand('completion', split([shell], {}, [])));

  const backup = quiet(program.command('backup'), stdout)
    .summary('make a backup of the server, proved before it counts')
    .description(
      'Makes one file of the database, configuration, secrets, the signing key and local media, on the machine or from it to another one. The server runs on.',
    )
    .argument('<user@host>', 'the machine that runs the server');
  examplesFirst(backup, [
    ['matrix-bastion backup root@203.0.113.7', 'into /var/backups/matrix-bastion there'],
    ['matrix-bastion backup root@203.0.113.7 --to backup@198.51.100.4:/srv/matrix', 'to another machine'],
    ['matrix-bastion backup root@203.0.113.7 --schedule daily', 'every night from now on'],
    ['matrix-bastion backup root@203.0.113.7 --verify FILE', 'would it bring the server back?'],
    ['matrix-bastion backup root@203.0.113.7 --signing-key -', 'one line, to be written down'],
  ]);
  backup
    .optionsGroup('The backup:')
    .option(
      '--to <place>',
      '/FOLDER on the machine, user@host:/FOLDER or s3://BUCKET/PREFIX; default /var/backups/matrix-bastion',
    )
    .option('--keep <number>', 'how many backups stay, the new one among them; default 7')
    .option('--recipient <key>', 'public key of age (age1…, of age-keygen) that the file is encrypted for')
    .option('--unencrypted', 'to s3:// without --recipient: whoever reads the bucket has the server')
    .option('--schedule <how often>', 'daily, weekly or never: a timer on the machine makes such backups')
    .optionsGroup('The object store of s3://:');
  addS3(backup)
    .optionsGroup('Instead of making one:')
    .option(
      '--list',
      'show the last good one, the timer, and what is there; exit code 1 when they are not in order',
    )
    .option(
      '--verify <file>',
      'load a backup (a file here, host:/PATH or s3://…) into a scratch database and count',
    )
    .option('--age-identity-file <file>', "file with age's secret key, to verify an encrypted backup")
    .option('--signing-key <file>', 'copy the signing key alone into a new file here; - for the screen');
  addConnection(backup)
    .optionsGroup('The run:')
    .option('--non-interactive', 'never ask')
    .option('--dry-run', 'show what would be done and stop');
  addPlain(backup);
  backup.action((target: string, flags: Record<string, unknown>) =>
    onCommand('backup', split([target], flags, [])),
  );

  const restore = quiet(program.command('restore'), stdout)
    .summary('bring a server back from a backup, on a fresh machine')
    .description(
      "Puts a backup in place on a fresh machine, with the same signing key, accounts, rooms and media, then does init's steps with the backup's answers.",
    )
    .argument('<file>', 'the backup: a file here, host:/PATH on the machine, or s3://BUCKET/PREFIX/NAME')
    .argument('<user@host>', 'the fresh machine; the names of the server have to point to it');
  examplesFirst(restore, [
    ['matrix-bastion restore example.org-2026-01-31T030000Z.tar root@203.0.113.9', ''],
    ['matrix-bastion restore host:/srv/backup.tar.age root@203.0.113.9 --age-identity-file key.txt', ''],
  ]);
  restore
    .optionsGroup('The backup:')
    .option('--age-identity-file <file>', "file with age's secret key, for an encrypted backup");
  addS3(restore).optionsGroup('What is different about the new machine:');
  const ofMachine = questions.filter(({ id }) => OF_THE_MACHINE.has(id));
  addQuestions(restore, ofMachine);
  addConnection(restore)
    .optionsGroup('The run:')
    .option('--non-interactive', 'never ask')
    .option('--yes', 'agree to the plan')
    .option('--wait [duration]', 'wait for DNS and files that someone else publishes; default 30m');
  addOutside(restore);
  addPlain(restore);
  restore.action((file: string, target: string, flags: Record<string, unknown>) =>
    onCommand('restore', split([file, target], flags, ofMachine)),
  );

  const uninstall = quiet(program.command('uninstall'), stdout)
    .summary('take the server off a machine; its data stay')
    .description(
      'Stops and removes the containers, their networks and the files that init wrote. Data, keys, secrets and answers stay, so that init brings the server back; --purge deletes them, too.',
    )
    .argument('<user@host>', 'the machine');
  examplesFirst(uninstall, [
    ['matrix-bastion uninstall root@203.0.113.7', 'ask, remove, keep the data'],
    ['matrix-bastion uninstall root@203.0.113.7 --purge --confirm example.org', 'delete everything for good'],
  ]);
  uninstall
    .optionsGroup('What is deleted:')
    .option('--purge', 'also accounts, messages, media, keys and secrets; asks for the domain')
    .option('--confirm <domain>', "the server's domain, instead of typing it");
  addConnection(uninstall)
    .optionsGroup('The run:')
    .option('--non-interactive', 'never ask')
    .option('--yes', 'agree to the removal; --purge needs --confirm all the same')
    .option('--dry-run', 'show what would be done and stop');
  addPlain(uninstall);
  uninstall.action((target: string, flags: Record<string, unknown>) =>
    onCommand('uninstall', split([target], flags, [])),
  );

  const unlock = quiet(program.command('unlock'), stdout)
    .summary('take away the lock of a run that hangs')
    .description(
      'Shows who holds the lock against a second run on a machine, asks, and takes it away. A run whose connection is gone holds none.',
    )
    .argument('<user@host>', 'the machine');
  examplesFirst(unlock, [['matrix-bastion unlock root@203.0.113.7', 'who holds it, and since when?']]);
  addConnection(unlock)
    .optionsGroup('The run:')
    .option('--non-interactive', 'never ask')
    .option('--yes', 'take it away without asking');
  addPlain(unlock);
  unlock.action((target: string, flags: Record<string, unknown>) =>
    onCommand('unlock', split([target], flags, [])),
  );
  addPeople(program, stdout, onCommand);
  return program;
}

/** The commands for the people on a server. */
function addPeople(
  program: Command,
  stdout: ProgramOptions['stdout'],
  onCommand: ProgramOptions['onCommand'],
): void {
  const user = quiet(program.command('user'), stdout)
    .summary('make, list and change accounts')
    .description(
      "Makes, lists and changes accounts of a server, over its machine: Synapse's admin API is reachable from nowhere else.",
    )
    .argument(`<${USER_ACTIONS.join('|')}>`, 'what is done')
    .argument('<user@host>', 'the machine that runs the server')
    .argument('[name]', 'the account: anna, or @anna:example.org');
  examplesFirst(user, [
    ['matrix-bastion user add root@203.0.113.7 anna', 'with a password that is shown once'],
    ['matrix-bastion user add root@203.0.113.7 ben --admin --password-file ben.txt', ''],
    ['matrix-bastion user list root@203.0.113.7', 'who is there, and since when'],
    ['matrix-bastion user lock root@203.0.113.7 anna', 'keep out; unlock lets in again'],
  ]);
  user
    .optionsGroup('The account:')
    .option('--admin', 'add: an administrator of the server')
    .option('--password-file <file>', 'file with the new password; default: one is made up')
    .option('--logout-devices', 'reset-password: log every device out, too');
  addRun(addConnection(user), 'list: as JSON on stdout');
  user.action((action: string, target: string, name: string | undefined, flags: Record<string, unknown>) =>
    onCommand('user', split([action, target, ...(name === undefined ? [] : [name])], flags, [])),
  );

  const invite = quiet(program.command('invite'), stdout)
    .summary('let people make their own account, with a token')
    .description(
      'Makes tokens with which somebody can register on a server that is closed to everybody else. The server has to take them: init --registration invite.',
    )
    .argument(`<${INVITE_ACTIONS.join('|')}>`, 'what is done')
    .argument('<user@host>', 'the machine that runs the server')
    .argument('[token]', 'revoke: the token, or how it begins');
  examplesFirst(invite, [
    ['matrix-bastion invite create root@203.0.113.7', 'for one account, within seven days'],
    ['matrix-bastion invite create root@203.0.113.7 --count 5 --expires 2d', 'five of them'],
    ['matrix-bastion invite revoke root@203.0.113.7 aB3d', 'by its first characters'],
  ]);
  invite
    .optionsGroup('The invitation:')
    .option('--uses <number>', 'create: accounts that a token makes, or unlimited; default 1')
    .option('--expires <duration>', 'create: until when, for example 12h or 7d, or never; default 7d')
    .option('--count <number>', 'create: how many tokens; default 1');
  addRun(addConnection(invite), 'create and list: as JSON on stdout');
  invite.action((action: string, target: string, token: string | undefined, flags: Record<string, unknown>) =>
    onCommand('invite', split([action, target, ...(token === undefined ? [] : [token])], flags, [])),
  );

  const moderation = quiet(program.command('moderation'), stdout)
    .summary('a moderation bot; block or purge a room, take media out of sight, keep a server out')
    .description(
      'Sets up a bot that keeps banned people and servers out by policy lists, and acts on rooms and media of a server. What it would do is said first; what cannot be taken back is asked.',
    )
    .argument(`<${MODERATION_ACTIONS.join('|')}>`, 'what is done')
    .argument('<user@host>', 'the machine that runs the server')
    .argument(
      '[subject...]',
      'a room or a policy list (!id or #alias:server); protect: one room or several; quarantine: also mxc://… or @user:server; block-server: a server name',
    );
  examplesFirst(moderation, [
    ['matrix-bastion moderation enable root@203.0.113.7', 'Draupnir; init --moderation draupnir is the same'],
    [
      "matrix-bastion moderation subscribe root@203.0.113.7 '#community-moderation-effort-bl:neko.dev'",
      'a list of bans',
    ],
    ["matrix-bastion moderation protect root@203.0.113.7 '#garden:example.org'", 'where the bans hold'],
    ["matrix-bastion moderation block-room root@203.0.113.7 '#spam:example.com'", 'nobody here can join'],
    ["matrix-bastion moderation purge-room root@203.0.113.7 '!id:example.com' --dry-run", 'what would go'],
    ['matrix-bastion moderation quarantine root@203.0.113.7 mxc://example.com/abc', 'nobody sees it here'],
    ['matrix-bastion moderation block-server root@203.0.113.7 spam.example --dry-run', 'in which rooms?'],
  ]);
  moderation.option('--bot <bot>', 'enable: draupnir or mjolnir; default draupnir');
  addRun(addConnection(moderation), 'as JSON on stdout').option(
    '--dry-run',
    'say what would be done and stop',
  );
  moderation.action((action: string, target: string, subjects: string[], flags: Record<string, unknown>) =>
    onCommand('moderation', split([action, target, ...subjects], flags, [])),
  );

  const federation = quiet(program.command('federation'), stdout)
    .summary('whom the server talks to: every server, some, or none')
    .description(
      'Shows with whom a server talks, or changes it. What that would cut off is said before anything is changed.',
    )
    .argument('<user@host>', 'the machine that runs the server')
    .argument(
      `[${FEDERATION_MODES.join('|')}]`,
      'every server, those named after it, or none; without it: as it is',
    )
    .argument('[server...]', 'allowlist: the servers, by the domain of their users');
  examplesFirst(federation, [
    ['matrix-bastion federation root@203.0.113.7', 'how it is, and with whom'],
    ['matrix-bastion federation root@203.0.113.7 closed --dry-run', 'what would that break?'],
    ['matrix-bastion federation root@203.0.113.7 allowlist example.com example.net', 'these two, no other'],
  ]);
  addRun(addConnection(federation), 'without a mode: as JSON on stdout').option(
    '--dry-run',
    'say what would be done and stop',
  );
  addOutside(federation);
  federation.action(
    (target: string, mode: string | undefined, servers: string[], flags: Record<string, unknown>) =>
      onCommand('federation', split([target, ...(mode === undefined ? [] : [mode]), ...servers], flags, [])),
  );

  const room = quiet(program.command('room'), stdout)
    .summary('give a room a successor: a newer version, or a home on this server')
    .description(
      'Makes a successor of a room and asks its people over. upgrade: a newer version of it. move: a room that began on another server gets its successor here.',
    )
    .argument(`<${ROOM_ACTIONS.join('|')}>`, 'what is done')
    .argument('<user@host>', 'the machine that runs the server')
    .argument('<room>', 'the room: !id or #alias:server');
  examplesFirst(room, [
    ["matrix-bastion room upgrade root@203.0.113.7 '#garden:example.org' --to 12", 'asks before it begins'],
    ["matrix-bastion room move root@203.0.113.7 '#garden:example.com' --dry-run", 'what would come along?'],
  ]);
  room
    .optionsGroup('The successor:')
    .option('--to <version>', "version of the new room; default: Synapse's own")
    .option('--as <name>', 'account of this server that does it; default: an administrator who may');
  addRun(addConnection(room), 'as JSON on stdout').option('--dry-run', 'say what would be done and stop');
  room.action((action: string, target: string, id: string, flags: Record<string, unknown>) =>
    onCommand('room', split([action, target, id], flags, [])),
  );

  const disk = quiet(program.command('disk'), stdout)
    .summary('what takes the space on the machine, and what frees it')
    .description(
      "Says what takes the space: media, the database's tables, backups, images, logs; each with the command that frees it.",
    )
    .argument('<user@host>', 'the machine that runs the server');
  examplesFirst(disk, [
    ['matrix-bastion disk root@203.0.113.7', 'what is large, and does it grow?'],
    ['matrix-bastion disk root@203.0.113.7 --purge-remote-media-older 14d', 'copies nobody looked at'],
  ]);
  disk
    .optionsGroup('What is freed:')
    .option(
      '--purge-remote-media-older <duration>',
      "copies of other servers' media that nobody looked at, 14d",
    );
  addRun(addConnection(disk), 'as JSON on stdout').option('--dry-run', 'say what would be done and stop');
  disk.action((target: string, flags: Record<string, unknown>) =>
    onCommand('disk', split([target], flags, [])),
  );
}

function addRun(command: Command, json: string): Command {
  command
    .optionsGroup('The run:')
    .option('--json', json)
    .option('--non-interactive', 'never ask')
    .option('--yes', 'agree to what cannot be taken back as it was');
  addPlain(command);
  return command;
}

/** One plain sentence of a commander error, without its `error:` and on one line. */
export function commanderMessage(error: CommanderError, program: Command): string {
  const [, switched] = /^error: unknown option '(--[a-z0-9-]+)=/.exec(error.message) ?? [];
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

function addConnection(command: Command): Command {
  return command
    .optionsGroup('How the machine is reached:')
    .option(`--ssh <${TRANSPORTS.join('|')}>`, "what reaches it; openssh: the system's ssh, local: no SSH")
    .addOption(list('--identity <file>', 'private key; repeatable'))
    .option('--host-key <fingerprint>', "the machine's host key, SHA256:…")
    .option('--ssh-password-file <file>', 'file with the SSH password')
    .option('--key-passphrase-file <file>', 'file with the passphrase of the private key')
    .option('--sudo-password-file <file>', 'file with the sudo password');
}

function addS3(command: Command): Command {
  return command
    .option('--s3-credentials-file <file>', 'file with aws_access_key_id = … and aws_secret_access_key = …')
    .option('--s3-endpoint <url>', "where the object store is; default: Amazon's own")
    .option('--s3-region <name>', 'its region');
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

/** An option whose value may be left away, and that may come again with another. */
function sometimes(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: unknown) => [
    ...(Array.isArray(before) ? before : []),
    text,
  ]);
}

/** The questions' flags apart from the rest. Commander camel-cases `--matrix-host` as the question's id is written. */
function split(
  words: readonly string[],
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
  return { arguments: words, flags, answers: answers as RawAnswers };
}
