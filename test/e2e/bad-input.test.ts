/**
 * Every flag of every command with a value that will not do, as a person meets it: the built program, its exit
 * code, what it prints, and that nothing was touched. Needs no machine.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { BIN } from '../support/product.ts';
import { type BadValue, badFiles, badValues, type Command } from './support-refusals/bad-values.ts';
import { silentListener } from './support-refusals/listener.ts';

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
const files = badFiles(folder);
const TABLE = badValues(files);
const COMMANDS: readonly Command[] = [
  'init',
  'plan',
  'check',
  'explain',
  'well-known',
  'guide',
  'backup',
  'restore',
  'unlock',
  'user',
  'invite',
  'moderation',
  'federation',
  'room',
  'disk',
  'uninstall',
];
let runs = 0;

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program with a home of its own and a machine to talk to that counts who does. */
const run = async (node: string, words: (machine: string) => readonly string[], env = {}) => {
  const listener = await silentListener();
  runs += 1;
  const home = join(folder, `home-${runs}`);
  mkdirSync(home);
  try {
    const machine = `127.0.0.1:${listener.port}`;
    const result = await execa(node, [BIN, ...words(machine)], {
      env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', ...env },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      timeout: 60_000,
      stripFinalNewline: false,
    });
    const left = readdirSync(home, { recursive: true }).filter((path) => !String(path).includes('.cache'));
    return { ...result, connections: listener.connections(), left };
  } finally {
    await listener.close();
  }
};

type Ran = Awaited<ReturnType<typeof run>>;

const expectUntouched = ({ exitCode, stdout, stderr, connections, left }: Ran): void => {
  expect(stderr).toMatch(/^\nFAILED MB-USAGE \S/);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^\s+at .*(:\d+:\d+|node:)/m);
  expect(stderr).not.toMatch(/Unexpected error|ENOENT|EISDIR|undefined|\[object/);
  expect(connections).toBe(0);
  expect(left).toEqual([]);
};

/** What is right about the rest of the command line, so that the bad value alone can be to blame. */
const good: Readonly<Record<Command, (machine: string) => readonly string[]>> = {
  init: (machine) => ['init', `root@${machine}`, '--domain', 'example.org', '--tier', 'custom'],
  plan: () => ['plan', '--domain', 'example.org', '--memory', '8G'],
  check: (machine) => ['check', machine],
  explain: () => ['explain', 'MB-FED-013'],
  'well-known': () => ['well-known', 'example.org'],
  guide: () => ['guide', 'example.org', '--contact', 'Ada'],
  backup: (machine) => ['backup', `root@${machine}`],
  restore: (machine) => ['restore', files.text, `root@${machine}`],
  uninstall: (machine) => ['uninstall', `root@${machine}`],
  unlock: (machine) => ['unlock', `root@${machine}`],
  user: (machine) => ['user', 'reset-password', `root@${machine}`, 'anna'],
  invite: (machine) => ['invite', 'create', `root@${machine}`],
  moderation: (machine) => ['moderation', 'block-room', `root@${machine}`, '!id:example.org'],
  federation: (machine) => ['federation', `root@${machine}`, 'closed'],
  room: (machine) => ['room', 'upgrade', `root@${machine}`, '!id:example.org'],
  disk: (machine) => ['disk', `root@${machine}`],
};

/** The good command line with one flag added; its good value, if there was one, is left away. */
const spoiled =
  (command: Command, flag: string, { words }: BadValue) =>
  (machine: string) => {
    const line = [...good[command](machine)];
    const at = line.indexOf(flag);
    if (at >= 0) line.splice(at, 2);
    const [first = ''] = words;
    return first.startsWith('=') ? [...line, `${flag}${first}`] : [...line, flag, ...words];
  };

const flagsInHelp = async (command: Command): Promise<string[]> => {
  const { stdout } = await execa(process.execPath, [BIN, command, '--help']);
  return [...stdout.matchAll(/^ {2}(--[a-z0-9-]+)/gm)].map(([, flag]) => flag as string);
};

/** The program's users have whatever Node their system has: the one beside ours is tried as well. */
const NODES = [process.execPath, ...(existsSync('/usr/bin/node') ? ['/usr/bin/node'] : [])];

describe.each(COMMANDS)('%s', (command) => {
  test('every flag has a bad value here', async () => {
    const flags = await flagsInHelp(command);
    expect(flags.length).toBeGreaterThan(3);
    expect(Object.keys(TABLE[command]).sort()).toEqual([...flags].sort());
  });

  // On the other Node one value of each flag is enough: what is read is the same, only the reader differs.
  const rows = NODES.flatMap((node, index) =>
    Object.entries(TABLE[command]).flatMap(([flag, values]) =>
      values
        .slice(0, index === 0 ? values.length : 1)
        .map((value) => [flag, value.words.join(' '), node, value] as const),
    ),
  );
  test.concurrent.each(rows)('%s %j on %s', async (flag, _words, node, value) => {
    const ran = await run(node, spoiled(command, flag, value));
    expectUntouched(ran);
    expect(ran.stderr).toContain(flag);
    expect(ran.stderr).toMatch(value.says);
  });
});

describe('the listener would have noticed', () => {
  test('init', async () => {
    const listener = await silentListener();
    const home = join(folder, 'home-control');
    mkdirSync(home);
    const child = execa(process.execPath, [BIN, ...good.init(`127.0.0.1:${listener.port}`)], {
      env: { PATH: process.env.PATH, HOME: home },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
    });
    await expect.poll(() => listener.connections(), { timeout: 20_000 }).toBe(1);
    child.kill('SIGKILL');
    await child;
    await listener.close();
  });
  test('check', async () => {
    const ran = await run(process.execPath, (machine) => [...good.check(machine), '--timeout', '1s']);
    expect(ran.connections).toBeGreaterThan(0);
  });
  test('plan', async () => {
    expect(await run(process.execPath, good.plan)).toMatchObject({ exitCode: 0, left: [] });
  });
});

describe('the machine', () => {
  test.concurrent.each([
    ['root@@vps', /the part before @ is not a login name/],
    ['root:secret@vps', /a password has no place in it/],
    ['root@', /the host is missing/],
    ['root@2001:db8::7:99999:1', /an IPv6 address with a port needs brackets|is not a host name/],
    ['root@vps:99999', /is not a port \(1 to 65535\)/],
    ['root@-oProxyCommand=x', /is not a host name or an address/],
    ['', /it is empty/],
  ])('%j', async (target, says) => {
    const ran = await run(process.execPath, () => ['init', target, '--domain', 'example.org']);
    expectUntouched(ran);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).toContain('root@203.0.113.7');
  });
});

describe('accounts and invitations', () => {
  test.concurrent.each([
    [['user', 'addd', 'HOST', 'anna'], /"addd" is not one of add, list, .*; did you mean add\?/],
    [['user', 'add', 'HOST', 'Anna'], /has capital letters.*anna/],
    [['user', 'add', 'HOST', '@Anna:example.org'], /has capital letters/],
    [['user', 'add', 'HOST', 'anna lee'], /may hold only a-z/],
    [['user', 'add', 'HOST', '_bridge'], /application services/],
    [['user', 'add', 'HOST', 'matrix-bastion-0123abcd'], /for this program's own account/],
    [['user', 'add', 'HOST'], /add needs the name of an account/],
    [['user', 'list', 'HOST', 'anna'], /list takes no name/],
    [['user', 'lock', 'HOST', 'an\u001b[31mna'], /is no name of an account/],
    [['invite', 'make', 'HOST'], /"make" is not one of create, list, revoke/],
    [['invite', 'revoke', 'HOST'], /revoke needs the token/],
    [['invite', 'revoke', 'HOST', 'a b/c'], /is no token/],
    [['invite', 'create', 'HOST', 'abcd'], /create takes no token/],
    [['invite', 'revoke', 'HOST', 'abcd', '--uses', '2'], /--uses has no meaning with revoke/],
    [['moderation', 'block-server', 'HOST', 'evil.example:8448'], /an access list names servers without/],
    [['moderation', 'block-server', 'HOST', '*.example'], /is no name of a server/],
    [['moderation', 'block-server', 'HOST', 'ev\u001b[31mil.example'], /is no name of a server/],
    [['moderation', 'block-server', 'HOST', '@eve:example.org'], /is no name of a server/],
    [['federation', 'HOST', 'some'], /"some" is not a mode: open, allowlist, closed/],
    [['federation', 'HOST', 'allowlist'], /allowlist: a server is needed/],
    [['federation', 'HOST', 'allowlist', '*.example.com'], /allowlist: /],
    [['federation', 'HOST', 'closed', 'example.com'], /closed takes no servers: example\.com/],
    [['federation', 'HOST', '--dry-run'], /--dry-run has no meaning without a mode/],
    [['room', 'upgrade', 'HOST', '@anna:example.org'], /is no room: !id or #alias:server/],
    [['room', 'delete', 'HOST', '!id:example.org'], /"delete" is not one of upgrade, move/],
    [['moderation', 'block-room', 'HOST', '@eve:example.org'], /is no room: !id or #alias:server/],
    [
      ['moderation', 'subscribe', 'HOST'],
      /subscribe needs a policy list: #community-moderation-effort-bl:neko\.dev/,
    ],
    [['moderation', 'subscribe', 'HOST', '@eve:example.org'], /is no room: !id or #alias:server/],
    [['moderation', 'protect', 'HOST'], /protect needs a room: !id or #alias:server; or several/],
    [
      ['moderation', 'protect', 'HOST', '!id:example.org', '@eve:example.org'],
      /"@eve:example\.org" is no room/,
    ],
    [
      ['moderation', 'block-room', 'HOST', '!id:example.org', '!id2:example.org'],
      /block-room takes no more than one: "!id2:example\.org"/,
    ],
    [['moderation', 'enable', 'HOST', '#bans:example.org'], /enable takes no room: "#bans:example\.org"/],
    [['moderation', 'status', 'HOST', '--dry-run'], /--dry-run has no meaning with status/],
    [['moderation', 'quarantine', 'HOST', 'mxc://example.org'], /or medium \(mxc:\/\/server\/id\)/],
  ])('%j', async (words, says) => {
    const ran = await run(process.execPath, (machine) =>
      words.map((word) => (word === 'HOST' ? `root@${machine}` : word)),
    );
    expectUntouched(ran);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toContain('\u001b[31m');
  });
});

describe('all at once', () => {
  test('wrong flags of every kind', async () => {
    const ran = await run(process.execPath, (machine) => [
      ...['init', `root@@${machine}`, '--ssh', 'telnet', '--timeout', 'soon', '--domain', 'a_b'],
      ...['--tier', 'huge', '--identity', files.none, '--sudo-password-file', files.none],
      ...['--admin-password-file', files.spaced, '--ca-file', files.text],
    ]);
    expectUntouched(ran);
    expect(ran.stderr).toContain('9 flags are wrong');
    for (const flag of [
      ...['--ssh', '--timeout', 'does not name a machine', '--domain', '--tier', '--identity'],
      ...['--sudo-password-file', '--admin-password-file', '--ca-file'],
    ])
      expect(ran.stderr).toContain(flag);
  });
  test('of plan and of check', async () => {
    const plan = await run(process.execPath, () => ['plan', '--memory', 'x', '--vcpus', 'x', '--tier', 'x']);
    expectUntouched(plan);
    for (const flag of ['--memory', '--vcpus', '--tier']) expect(plan.stderr).toContain(flag);
    const check = await run(process.execPath, () => [
      'check',
      'a..b',
      '--only',
      '5',
      '--ca-file',
      files.none,
    ]);
    expectUntouched(check);
    for (const flag of ['server_name', '--only', '--ca-file']) expect(check.stderr).toContain(flag);
  });
  test('what is missing', async () => {
    const init = await run(process.execPath, () => ['init', '--non-interactive']);
    expectUntouched(init);
    expect(init.stderr).toContain('2 answers are missing');
    expect(init.stderr).toMatch(/\[user@host\]: .*root@203\.0\.113\.7/);
    expect(init.stderr).toMatch(/--domain <name>: .*@you:example\.org/);
    const plan = await run(process.execPath, () => ['plan']);
    expectUntouched(plan);
    for (const flag of ['--domain <name>', '--tier <name>']) expect(plan.stderr).toContain(flag);
    const check = await run(process.execPath, () => ['check']);
    expectUntouched(check);
    expect(check.stderr).toContain('server_name');
  });
});

describe('answers that do not come from flags', () => {
  test('a variable that does not exist, and one with a wrong value', async () => {
    const ran = await run(process.execPath, good.init, {
      MATRIX_BASTION_TEIR: 'custom',
      MATRIX_BASTION_ROOMS: 'many',
    });
    expectUntouched(ran);
    expect(ran.stderr).toContain('MATRIX_BASTION_TEIR, which is unknown; did you mean MATRIX_BASTION_TIER?');
    expect(ran.stderr).toContain('MATRIX_BASTION_ROOMS (--rooms): "many" is not a whole number');
  });
});

describe('not a command line at all', () => {
  test.concurrent.each([
    [['frob'], /unknown command 'frob'/, 'matrix-bastion --help'],
    [['init', '--domian', 'example.org'], /Did you mean --domain\?/, 'matrix-bastion init --help'],
    [['init', 'a', 'b'], /too many arguments/, 'matrix-bastion init --help'],
    [['completion'], /missing required argument 'bash\|zsh\|fish'/, 'matrix-bastion completion --help'],
    [['completion', 'tcsh'], /"tcsh" is not one of bash, zsh, fish/, 'bash, zsh, fish'],
    [['init', 'root@vps', '--admin-password', 'hunter2'], /unknown option '--admin-password'/, '--help'],
  ])('%j', async (words, says, help) => {
    const ran = await run(process.execPath, () => words);
    expectUntouched(ran);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).toContain(help);
    expect(ran.stderr).not.toContain('hunter2');
  });
});
