import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireComplete, resolveAnswers } from '../../../src/answers/resolve.ts';
import type { CommandContext, CommandLoaders } from '../../../src/cli/context.ts';
import { gatherInputs } from '../../../src/cli/inputs.ts';
import type {
  BackupOptions,
  CheckOptions,
  ExplainOptions,
  InitOptions,
  PlanOptions,
  RestoreOptions,
  UninstallOptions,
  UnlockOptions,
} from '../../../src/cli/options.ts';
import { readSecretFile } from '../../../src/cli/secret-file.ts';
import { main } from '../../../src/cli.ts';
import { NO_CHOICES } from '../../../src/edits/hand-edits.ts';
import { EXIT, type ExitCode, Failure, Refusal } from '../../../src/errors.ts';
import { fakeStream } from '../ui/fake-stream.ts';

type Body = (options: never, context: CommandContext) => Promise<ExitCode>;

/** Runs the command line with `body` in place of every command. */
async function cli(
  args: readonly string[],
  body: Body = async () => EXIT.done,
  env: Record<string, string> = {},
) {
  const stdout = fakeStream();
  const stderr = fakeStream();
  const seen: unknown[] = [];
  const loader = async () => ({
    async run(options: unknown, context: CommandContext) {
      seen.push(options);
      return body(options as never, context);
    },
  });
  const loaders = {
    init: loader,
    plan: loader,
    check: loader,
    explain: loader,
    'well-known': loader,
    guide: loader,
    completion: loader,
    backup: loader,
    restore: loader,
    unlock: loader,
    uninstall: loader,
    user: loader,
    invite: loader,
    moderation: loader,
    federation: loader,
    room: loader,
    disk: loader,
  } as CommandLoaders;
  const code = await main(args, { stdin: {}, stdout, stderr, env }, loaders);
  return { code, stdout: stdout.text(), stderr: stderr.text(), options: seen[0] };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('help', () => {
  test.each([
    ['--help'],
    ['init', '--help'],
    ['plan', '--help'],
    ['check', '--help'],
    ['explain', '--help'],
    ['well-known', '--help'],
    ['guide', '--help'],
    ['completion', '--help'],
    ['backup', '--help'],
    ['unlock', '--help'],
    ['uninstall', '--help'],
    ['restore', '--help'],
    ['user', '--help'],
    ['invite', '--help'],
    ['moderation', '--help'],
    ['federation', '--help'],
    ['room', '--help'],
    ['disk', '--help'],
  ])('%s %s', async (...args) => {
    const { code, stdout, stderr, options } = await cli(args.filter((word) => word !== undefined));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Examples:\n {2}matrix-bastion /);
    expect(stderr).toBe('');
    expect(options).toBeUndefined();
  });
  test('without a command the help is shown and the code is 2', async () => {
    expect(await cli([])).toMatchObject({ code: 2, stdout: expect.stringMatching(/^Examples:/) });
  });
  test('--version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    const { code, stdout } = await cli(['--version']);
    expect(code).toBe(0);
    // A script takes the first line; the rest is for people, without what only registries need.
    expect(stdout).toMatch(
      /^\S+\ninstalls Synapse \d+\.\d+\.\d+, Postgres \d+, Redis \d[\d.]*, Caddy \d[\d.]*\n$/,
    );
    expect(stdout.split('\n')[0]).toBe(version);
  });
  test('no flag takes a secret itself', async () => {
    const { stdout } = await cli(['init', '--help']);
    for (const [, flag] of stdout.matchAll(/--(\S*(?:password|passphrase|secret|token)\S*)/g))
      expect(flag).toMatch(/-file$/);
  });
});

test('every option of init', async () => {
  const { code, options } = await cli([
    ...['init', 'root@vps', '--domain', 'example.org', '--matrix-host', 'm.example.org', '--tier', 'ravelin'],
    ...['--rooms', '9', '--admin', 'root', '--email', 'a@example.org', '--docker-source', 'docker'],
    ...[
      '--docker-mirror',
      'https://m',
      '--docker-mirror-fingerprint',
      'ab cd',
      '--public-address',
      '192.0.2.1',
    ],
    ...['--federate-with', '10.0.0.0/8', '--federate-with', 'fd00::/8', '--federation-ca', 'ca.pem'],
    ...['--answers', 'a.yaml', '--ssh', 'openssh', '--identity', 'k1', '--identity', 'k2'],
    ...['--host-key', `SHA256:${'A'.repeat(43)}`, '--ssh-password-file', 'p1', '--key-passphrase-file', 'p2'],
    ...[
      '--sudo-password-file',
      'p3',
      '--admin-password-file',
      'p4',
      '--non-interactive',
      '--yes',
      '--dry-run',
      '--print-answers',
      '--explain-answers',
      '--print-commands',
      '--json',
      '--check',
      '--diff',
      '--no-backup',
      '--rollback',
      '--accept',
      'room-version-12',
      '--keep',
      'compose.yaml',
      '--keep=/opt/matrix-bastion/caddy/config/Caddyfile',
      '--replace',
    ],
    ...['--wait=10m', '--dns', '192.0.2.53', '--ca-file', 'roots.pem', '--timeout', '20s', '--plain'],
  ]);
  expect(code).toBe(0);
  expect(options).toEqual({
    target: 'root@vps',
    answers: {
      domain: 'example.org',
      matrixHost: 'm.example.org',
      tier: 'ravelin',
      rooms: '9',
      admin: 'root',
      email: 'a@example.org',
      dockerSource: 'docker',
      dockerMirror: 'https://m',
      dockerMirrorFingerprint: 'ab cd',
      publicAddress: ['192.0.2.1'],
      federateWith: ['10.0.0.0/8', 'fd00::/8'],
      federationCa: 'ca.pem',
    },
    answersFile: 'a.yaml',
    ssh: 'openssh',
    identities: ['k1', 'k2'],
    hostKey: `SHA256:${'A'.repeat(43)}`,
    sshPasswordFile: 'p1',
    keyPassphraseFile: 'p2',
    sudoPasswordFile: 'p3',
    adminPasswordFile: 'p4',
    nonInteractive: true,
    yes: true,
    dryRun: true,
    check: true,
    diff: true,
    edits: {
      keep: {
        all: false,
        paths: ['/opt/matrix-bastion/compose.yaml', '/opt/matrix-bastion/caddy/config/Caddyfile'],
      },
      replace: { all: true, paths: [] },
    },
    printAnswers: true,
    explainAnswers: true,
    printCommands: true,
    json: true,
    accept: ['room-version-12'],
    noBackup: true,
    rollback: true,
    wait: 600_000,
    dns: ['192.0.2.53'],
    caFile: 'roots.pem',
    timeout: 20_000,
    plain: true,
  } satisfies InitOptions);
});

test('init without anything', async () => {
  expect((await cli(['init'])).options).toEqual({
    answers: {},
    identities: [],
    dns: [],
    nonInteractive: false,
    yes: false,
    dryRun: false,
    check: false,
    diff: false,
    edits: NO_CHOICES,
    printAnswers: false,
    explainAnswers: false,
    printCommands: false,
    json: false,
    accept: [],
    noBackup: false,
    rollback: false,
    plain: false,
  } satisfies InitOptions);
});

test('--wait alone means half an hour', async () => {
  expect((await cli(['init', 'root@vps', '--wait'])).options).toMatchObject({ wait: 1_800_000 });
});

test('plan and check', async () => {
  expect((await cli(['plan', '--domain', 'x.org', '--memory', '16G', '--vcpus', '8'])).options).toEqual({
    answers: { domain: 'x.org' },
    memoryMiB: 16_384,
    vcpus: 8,
    why: false,
    json: false,
    plain: false,
  } satisfies PlanOptions);
  const more = [
    '--disk',
    '480G',
    '--out',
    'd',
    '--compare',
    'ravelin,Garrison',
    '--why',
    '--json',
    '--plain',
  ];
  expect((await cli(['plan', ...more])).options).toEqual({
    answers: {},
    diskGiB: 480,
    out: 'd',
    compare: ['ravelin', 'garrison'],
    why: true,
    json: true,
    plain: true,
  } satisfies PlanOptions);
  const args = ['check', 'x.org', '--only', '6', '--federate-with', '10.0.0.0/8', '--timeout', '5'];
  expect((await cli(args)).options).toEqual({
    serverNames: ['x.org'],
    profile: 'spec',
    verbose: false,
    json: false,
    publicTester: false,
    identities: [],
    nonInteractive: false,
    only: 6,
    privateNetworks: ['10.0.0.0/8'],
    dns: [],
    timeout: 5000,
    plain: false,
  } satisfies CheckOptions);
  const all = ['check', 'x.org', 'y.org', '--from-file', 'n', '--profile', 'strict', '--verbose', '--json'];
  const others = ['--watch', '--evidence', 'e', '--from', 'f', '--notary', 'z.org', '--public-tester'];
  expect((await cli([...all, ...others, '--plain'])).options).toEqual({
    serverNames: ['x.org', 'y.org'],
    namesFile: 'n',
    profile: 'strict',
    verbose: true,
    json: true,
    watch: 6 * 3_600_000,
    evidenceFile: 'e',
    judgeFile: 'f',
    notary: 'z.org',
    publicTester: true,
    identities: [],
    nonInteractive: false,
    privateNetworks: [],
    dns: [],
    plain: true,
  } satisfies CheckOptions);
  expect((await cli(['explain', '13', '--domain', 'x.org', '--host', 'm.x.org', '--json'])).options).toEqual({
    code: '13',
    domain: 'x.org',
    host: 'm.x.org',
    json: true,
    plain: false,
  } satisfies ExplainOptions);
});

test('backup', async () => {
  const recipient = `age1${'q'.repeat(58)}`;
  const args = ['backup', 'root@vps', '--to', 'me@nas:/srv/matrix/', '--keep', '3', '--recipient', recipient];
  expect((await cli([...args, '--ssh', 'openssh', '--dry-run'])).options).toEqual({
    target: 'root@vps',
    ssh: 'openssh',
    identities: [],
    to: { remote: 'me@nas', folder: '/srv/matrix' },
    keep: 3,
    recipient,
    unencrypted: false,
    list: false,
    dryRun: true,
    nonInteractive: false,
    plain: false,
  } satisfies BackupOptions);
});

test('what else is done with backups', async () => {
  const args = ['backup', 'root@vps', '--schedule', 'Weekly', '--verify', 'host:/b.tar', '--list'];
  expect((await cli([...args, '--age-identity-file', 'key'])).options).toMatchObject({
    schedule: 'weekly',
    verify: 'host:/b.tar',
    list: true,
    ageIdentityFile: 'key',
  });
});

test('a backup that need not be encrypted', async () => {
  const args = ['backup', 'root@vps', '--to', 's3://bucket/matrix', '--unencrypted'];
  expect((await cli(args)).options).toMatchObject({ unencrypted: true });
});

test('uninstall', async () => {
  const args = ['uninstall', 'root@vps', '--purge', '--confirm', 'example.org', '--dry-run'];
  expect((await cli(args)).options).toEqual({
    target: 'root@vps',
    identities: [],
    purge: true,
    confirm: 'example.org',
    yes: false,
    dryRun: true,
    nonInteractive: false,
    plain: false,
  } satisfies UninstallOptions);
});

test('unlock', async () => {
  expect((await cli(['unlock', 'root@vps', '--ssh', 'openssh', '--yes'])).options).toEqual({
    target: 'root@vps',
    ssh: 'openssh',
    identities: [],
    yes: true,
    nonInteractive: false,
    plain: false,
  } satisfies UnlockOptions);
});

test('restore', async () => {
  const args = [
    'restore',
    'b.tar.age',
    'root@vps',
    '--age-identity-file',
    'key',
    '--docker-source',
    'distro',
  ];
  expect((await cli([...args, '--yes', '--wait', '5m'])).options).toEqual({
    target: 'root@vps',
    file: 'b.tar.age',
    ageIdentityFile: 'key',
    answers: { dockerSource: 'distro' },
    identities: [],
    dns: [],
    wait: 300_000,
    nonInteractive: false,
    yes: true,
    dryRun: false,
    check: false,
    diff: false,
    edits: NO_CHOICES,
    printAnswers: false,
    explainAnswers: false,
    printCommands: false,
    json: false,
    accept: [],
    noBackup: false,
    rollback: false,
    plain: false,
  } satisfies RestoreOptions);
});

describe('a wrong command line: exit code 2, the flag is named, nothing runs', () => {
  test.each([
    [['frob'], /unknown command 'frob'/],
    [['inti'], /unknown command 'inti' \(Did you mean init\?\)/],
    [['init', '--domian', 'x'], /unknown option '--domian' \(Did you mean --domain\?\)/],
    [['init', 'a', 'b'], /too many arguments/],
    [['init', '--domain'], /option '--domain <name>' argument missing/],
    [['init', '--yes=no'], /--yes/],
    [['init', '--password', 'x'], /unknown option '--password'/],
    [['init', '--ssh', 'telnet'], /--ssh: "telnet" is not one of ssh2, openssh, local/],
    [['init', '--identity', ''], /--identity: "" /],
    [['init', '--host-key', 'aa:bb'], /--host-key: "aa:bb" /],
    [['init', '--sudo-password-file', ''], /--sudo-password-file: /],
    [['init', '--ssh-password-file', ''], /--ssh-password-file: /],
    [['init', '--key-passphrase-file', ''], /--key-passphrase-file: /],
    [['init', '--admin-password-file', ''], /--admin-password-file: /],
    [['init', '--answers', ''], /--answers: /],
    [['init', '--wait', 'root@vps'], /--wait: "root@vps" is not a duration/],
    [['init', '--dns', 'x'], /--dns: "x" /],
    [['init', '--ca-file', ''], /--ca-file: /],
    [['init', '--timeout', '0'], /--timeout: "0" /],
    [['plan', '--memory', 'x'], /--memory: "x" /],
    [['plan', '--vcpus', '0'], /--vcpus: "0" /],
    [['plan', '--disk', 'x'], /--disk: "x" /],
    [['plan', '--compare', 'x,y'], /--compare: "x,y" has no tier in "x"/],
    [['plan', '--out', ''], /--out: "" /],
    [['completion'], /missing required argument 'bash\|zsh\|fish'/],
    [['completion', 'tcsh'], /"tcsh" is not one of bash, zsh, fish/],
    [['uninstall'], /missing required argument 'user@host'/],
    [['unlock'], /missing required argument 'user@host'/],
    [['backup'], /missing required argument 'user@host'/],
    [
      ['backup', 'root@vps', '--to', 'https://bucket'],
      /--to: "https:\/\/bucket" is a URL, which this version/,
    ],
    [['backup', 'root@vps', '--keep', '0'], /--keep: "0" is not a whole number from 1/],
    [['backup', 'root@vps', '--recipient', 'AGE-SECRET-KEY-1'], /--recipient: .* public key of age/],
    [['well-known', 'x.org:443'], /server_name: "x.org:443" has a port/],
    [['well-known', 'x.org', '--for', 'ngnix'], /--for: "ngnix" is not one of .*did you mean nginx/],
    [
      ['backup', 'root@vps', '--schedule', 'hourly'],
      /--schedule: "hourly" is not one of daily, weekly, never/,
    ],
    [['restore', 'b.tar'], /missing required argument 'user@host'/],
    [['restore', 'b.tar', 'root@vps', '--domain', 'x.org'], /unknown option '--domain'/],
    [['check', 'x.org', '--only', '5'], /--only: "5" is not 4 or 6/],
    [['check', 'x.org', '--profile', 'lax'], /--profile: "lax" is not one of spec, go, strict/],
    [['check', 'x.org', '--notary', 'a..b'], /--notary: "a..b" is not a server name/],
    [['explain', '13', '--host', 'x.org:443'], /--host: "x.org:443" has a port/],
    [['explain', '13', '--domain', '192.0.2.1'], /--domain: "192.0.2.1" is an address/],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout, options } = await cli(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^\nFAILED MB-USAGE /);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(options).toBeUndefined();
  });
  test('several at once', async () => {
    const { stderr } = await cli([
      'init',
      '--ssh',
      'x',
      '--timeout',
      'x',
      '--dns',
      '192.0.2.1',
      '--dns',
      'x',
    ]);
    expect(stderr).toContain('3 flags are wrong');
    for (const flag of ['--ssh', '--timeout', '--dns']) expect(stderr).toContain(`  ${flag}: "x" `);
  });
});

describe('answers from flags, environment and file', () => {
  const body: Body = async (options: InitOptions, { env, ui }) => {
    const resolution = resolveAnswers({ ...gatherInputs(options, env), facts: { memoryMiB: 16_000 } });
    ui.print(JSON.stringify(requireComplete(resolution)));
    return EXIT.done;
  };
  test('together', async () => {
    const path = join(folder, 'a.yaml');
    writeFileSync(path, 'domain: example.org\nrooms: 5\nadmin: 007x\n');
    const args = ['init', '--answers', path, '--tier', 'garrison'];
    const { stdout } = await cli(args, body, { MATRIX_BASTION_ROOMS: '6' });
    expect(JSON.parse(stdout)).toMatchObject({
      domain: 'example.org',
      tier: 'garrison',
      rooms: 6,
      admin: '007x',
    });
  });
  test('a file that is not there', async () => {
    const { code, stderr } = await cli(['init', '--answers', join(folder, 'none.yaml')], body);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--answers: .*none\.yaml cannot be read: no such file or directory/);
  });
  test('a certificate file that is not there', async () => {
    const { code, stderr } = await cli(['init', '--domain', 'x.org', '--federation-ca', '/none.pem'], body);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--federation-ca: \/none\.pem cannot be read: no such file or directory/);
  });
});

describe('how a command ends', () => {
  test.each([0, 1, 3] as const)('its code %i is the exit code', async (code) => {
    expect((await cli(['init'], async () => code)).code).toBe(code);
  });
  test('an expected failure: the block with the command that goes on, no stack', async () => {
    const body: Body = async () => {
      throw new Failure({ code: 'MB-X', what: 'It failed', fix: ['do this'] });
    };
    const { code, stderr } = await cli(['init', 'root@vps', '--email', "a'b"], body, { npm_command: 'exec' });
    expect(code).toBe(1);
    expect(stderr).toBe(`
FAILED MB-X It failed

Fix:
  do this

Then go on with:
  npx matrix-bastion init root@vps --email 'a'\\''b'
`);
  });
  test('a refusal is 4', async () => {
    const body: Body = async () => {
      throw new Refusal({ code: 'MB-X', what: 'no' });
    };
    expect((await cli(['init'], body)).code).toBe(4);
  });
  test('the stack only with DEBUG', async () => {
    const body: Body = async () => {
      throw new Failure({ code: 'MB-X', what: 'no' });
    };
    expect((await cli(['init'], body, { DEBUG: '1' })).stderr).toContain('main.test.ts');
    expect((await cli(['init'], body, { DEBUG: '' })).stderr).not.toContain('main.test.ts');
  });
  test('an unexpected error: one line with the log and where to report it', async () => {
    const path = join(folder, 'run.log');
    const body: Body = async (_options, context) => {
      context.startLog(path);
      throw new TypeError('x is not\na function');
    };
    const { code, stderr } = await cli(['init'], body);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Unexpected error: x is not a function; log: ${path}; please report it at https://github.com/matrix-bastion/matrix-bastion/issues\n`,
    );
    expect(readFileSync(path, 'utf8')).toMatch(/matrix-bastion init\n.*TypeError: x is not/s);
  });
  test('secrets are kept out of the failure, the log and the unexpected error', async () => {
    const secret = join(folder, 'secret');
    const path = join(folder, 'run.log');
    writeFileSync(secret, 'correct horse\n');
    const body: Body = async (_options, { redactor, startLog }) => {
      startLog(path);
      throw new Error(`auth with ${readSecretFile('--sudo-password-file', secret, redactor)} failed`);
    };
    const { stderr } = await cli(['init'], body);
    expect(stderr).toContain('auth with [redacted] failed');
    expect(readFileSync(path, 'utf8')).not.toContain('horse');
  });
  test('without a terminal nothing may be asked', async () => {
    let interactive: boolean | undefined;
    await cli(['init'], async (_options, context) => {
      interactive = context.interactive;
      return 0;
    });
    expect(interactive).toBe(false);
  });
});

describe('Ctrl-C', () => {
  test('aborts, says what is safe, and ends with 130', async () => {
    const before = process.listenerCount('SIGINT');
    const body: Body = (_options, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        process.emit('SIGINT');
      });
    const { code, stderr } = await cli(['init', 'root@vps'], body);
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Stopping\. What was done stays done.* Ctrl-C again stops at once\./);
    expect(stderr).toContain('STOPPED MB-INTERRUPTED Stopped by you');
    expect(stderr).toContain('  matrix-bastion init root@vps');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('a secret’s file', () => {
  const redactor = { add: () => {}, redact: (text: string) => text };
  test.each([
    ['a\n', 'a'],
    ['a\r\n', 'a'],
    ['a\n\n', 'a\n'],
    [' a ', ' a '],
    ['\ufeffa', '\ufeffa'],
  ])('%j', (text, secret) => {
    const path = join(folder, 's');
    writeFileSync(path, text);
    expect(readSecretFile('--x-file', path, redactor)).toBe(secret);
  });
  test.each([
    ['empty', Buffer.from('\n'), /is empty/],
    ['not text', Buffer.from([0xff, 0xfe]), /not UTF-8/],
    ['huge', Buffer.alloc(70_000, 97), /larger/],
  ])('%s', (_name, bytes, problem) => {
    const path = join(folder, 's');
    writeFileSync(path, bytes);
    expect(() => readSecretFile('--x-file', path, redactor)).toThrow(problem);
  });
  test('not there', () => {
    expect(() => readSecretFile('--x-file', join(folder, 'none'), redactor)).toThrow(
      /^--x-file: .* cannot be read/,
    );
  });
});
