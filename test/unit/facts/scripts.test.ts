import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCHEDULE_PATHS } from '../../../src/backup/schedule.ts';
import { backups, confd } from '../../../src/host/facts/backups.ts';
import { refusedBots } from '../../../src/host/facts/deployment.ts';
import { docker } from '../../../src/host/facts/docker.ts';
import { packages } from '../../../src/host/facts/packages.ts';
import { PACKAGE_LOCK_HOLDER } from '../../../src/host/package-locks.ts';
import { HANGS, type Ran, runWith, SHORT_TIMEOUT } from '../../support/fake-commands.ts';

describe('the Docker fact', () => {
  const look = async (text: string, more: Readonly<Record<string, string>> = {}) => {
    const ran = await runWith({ docker: text, ...more }, docker.script);
    return { ...docker.parse(ran.stdout), calls: ran.calls };
  };
  it("takes no warning for the engine's version", async () => {
    const facts = await look(
      'echo "WARNING: Error loading config file" >&2; [ "$1" != info ] || printf "engine 28.0.1\\nsecurity name=seccomp\\ncompose v2.30.1\\n"',
    );
    expect(facts).toMatchObject({ engine: '28.0.1', compose: '2.30.1', error: '' });
    expect(facts.calls.map((call) => call.split(' ')[1])).toEqual(['info', 'ps']);
  });
  it('asks Compose itself where the engine does not tell', async () => {
    const facts = await look('case $1 in info) echo "engine 20.10.24" ;; compose) echo 2.20.0 ;; esac');
    expect(facts).toMatchObject({ engine: '20.10.24', compose: '2.20.0' });
  });
  it.each(['engine ', 'engine <no value>', 'WARNING 1.2', 'engine 28'])(
    'takes %j for no version',
    async (said) => {
      expect(await look(`[ "$1" = info ] && echo '${said}'`)).toMatchObject({ engine: '' });
    },
  );
  it('tells why the engine does not answer, and asks it no more', async () => {
    const facts = await look('[ "$1" != info ] || { echo "permission denied" >&2; exit 1; }');
    expect(facts).toMatchObject({ engine: '', error: 'permission denied' });
    expect(facts.calls.map((call) => call.split(' ')[1])).toEqual(['info', 'compose']);
  });
  it('waits for an engine that hangs only once', async () => {
    const facts = await look(`[ "$1" = compose ] && exit 0\n${HANGS}`, SHORT_TIMEOUT);
    expect(facts.engine).toBe('');
    expect(facts.calls.filter((call) => call.startsWith('docker '))).toHaveLength(2);
  });
});

describe('the facts about backups', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync('/dev/shm/backups-');
    for (const folder of ['state', 'backup', 'synapse/conf.d'])
      mkdirSync(join(root, folder), { recursive: true });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const here = (text: string) =>
    text.replaceAll('/opt/matrix-bastion', root).replaceAll('/etc/systemd/system', join(root, 'units'));
  const look = async () => {
    const systemctl = `echo "asked in $TZ" >>"$here/.calls"
case $2 in
  *.timer) printf 'ActiveState=inactive\nUnitFileState=enabled\nTimersCalendar={ OnCalendar=Sun *-*-* 03:00:00 ; next_elapse=n/a }\n' ;;
  *) printf 'ActiveState=failed\nResult=signal\nExecMainStartTimestamp=Sun 2026-02-01 03:00:00 UTC\n' ;;
esac`;
    const ran = await runWith({ systemctl }, here(backups.script));
    return { seen: backups.parse(ran.stdout), calls: ran.calls };
  };

  it('ask systemd nothing where no timer was ever set', async () => {
    expect(await look()).toEqual({ seen: {}, calls: [] });
  });
  it('tell what was written down, and how the timer is', async () => {
    const last = { made: '2026-01-25T030000Z', seconds: 3 };
    writeFileSync(join(root, 'state/backup.last'), `${JSON.stringify(last)}\n`);
    writeFileSync(here(SCHEDULE_PATHS[0] as string), '');
    const { seen, calls } = await look();
    expect(seen).toEqual({
      last,
      failed: { at: '2026-02-01T030000Z', why: expect.stringContaining('signal') },
      timer: { running: false, state: 'inactive, enabled', schedule: 'weekly' },
    });
    expect(calls.filter((call) => call === 'asked in UTC')).toHaveLength(2);
  });
  it('take from conf.d the files alone that speak of where data are', async () => {
    const put = (name: string, text: string) => writeFileSync(join(root, 'synapse/conf.d', name), text);
    put('10-mail.yaml', 'email: {smtp_pass: secret}\n');
    put('50-mine.yaml', '# mine\nmedia_store_path: /mnt/média\n');
    put('60-old.yaml.txt', 'media_store_path: /mnt\n');
    const { stdout } = await runWith({}, here(confd.script));
    expect(confd.parse(stdout)).toEqual({
      [join(root, 'synapse/conf.d/50-mine.yaml')]: '# mine\nmedia_store_path: /mnt/média\n',
    });
  });
});

describe('the tokens of moderation bots', () => {
  const TOKEN = 'syt_some_token';
  const refused = async (docker: string): Promise<Ran & { readonly bots: readonly string[] }> => {
    const root = mkdtempSync('/dev/shm/tokens-');
    try {
      for (const [bot, token] of [
        ['draupnir', `${TOKEN}\n`],
        ['mjolnir', ''],
      ] as const) {
        mkdirSync(join(root, 'secrets', bot), { recursive: true });
        writeFileSync(join(root, 'secrets', bot, 'access_token'), token);
      }
      const ran = await runWith({ docker }, refusedBots.script.replaceAll('/opt/matrix-bastion', root));
      return { ...ran, bots: refusedBots.parse(ran.stdout) };
    } finally {
      rmSync(root, { recursive: true });
    }
  };

  it('tell of one that Synapse does not take; it is in no argument', async () => {
    const { bots, calls } = await refused(`grep -q 'Bearer ${TOKEN}"$' && printf 401`);
    expect(bots).toEqual(['draupnir']);
    expect(calls).toHaveLength(1);
    expect(calls.join()).not.toContain(TOKEN);
  });
  it.each([
    ['one that is taken', 'printf 200'],
    ['a Synapse that does not answer', 'printf 000; exit 7'],
    ['a container that is not there', 'exit 1'],
  ])('tell of none: %s', async (_, docker) => expect((await refused(docker)).bots).toEqual([]));
});

describe("somebody else's sources of Docker's packages", () => {
  let folder: string;
  beforeAll(() => {
    // A file system whose device number is the one that the kernel's list of locks has.
    folder = mkdtempSync('/dev/shm/sources-');
    mkdirSync(join(folder, 'sources.list.d'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const found = async (name: string, text: string): Promise<number> => {
    const path = join(folder, 'sources.list.d', name);
    writeFileSync(path, text);
    try {
      const quiet = Object.fromEntries(
        ['dpkg-query', 'apt-cache', 'dpkg', 'cloud-init'].map((command) => [command, 'exit 0']),
      );
      const { stdout } = await runWith(quiet, packages.script.replaceAll('/etc/apt/', `${folder}/`));
      return packages.parse(stdout).dockerSources.length;
    } finally {
      rmSync(path);
    }
  };
  const stanza = (...lines: string[]) =>
    `${['Types: deb', 'URIs: https://download.docker.com/linux/debian', 'Suites: trixie', ...lines].join('\n')}\n`;
  const line = 'deb [signed-by=/x] https://download.docker.com/linux/debian trixie stable\n';

  it.each([
    ['a line', 'docker.list', line, 1],
    ['a comment', 'docker.list', `# ${line}`, 0],
    ['sources only', 'docker.list', line.replace('deb ', 'deb-src '), 0],
    ['a name that only looks alike', 'docker.list', 'deb https://x/download.docker.com.mirror/ y z\n', 0],
    ['a stanza', 'docker.sources', stanza(), 1],
    ['a stanza in other letters', 'docker.sources', stanza().replace('URIs: ', 'uris:'), 1],
    [
      'a stanza whose URI is on a line of its own',
      'docker.sources',
      stanza().replace('URIs: ', 'URIs:\n '),
      1,
    ],
    ['a stanza that is switched off', 'docker.sources', stanza('Enabled: no'), 0],
    ['a stanza with a comment', 'docker.sources', stanza('# Enabled: no'), 1],
    ['a stanza of sources only', 'docker.sources', stanza().replace('deb', 'deb-src'), 0],
    [
      'another stanza switched off',
      'docker.sources',
      `Types: deb\nURIs: http://x/\nEnabled: no\n\n${stanza()}`,
      1,
    ],
    ['a stanza in comments', 'docker.sources', stanza().replaceAll(/^/gm, '#'), 0],
    ['our own file', 'matrix-bastion-docker.sources', stanza(), 0],
  ])('%s', async (_name, file, text, expected) => {
    expect(await found(file, text)).toBe(expected);
  });

  it('finds who holds the package lock, by device and inode', async () => {
    const holder = (locks: string) =>
      PACKAGE_LOCK_HOLDER.replaceAll('/var/lib/dpkg', folder)
        .replaceAll('/var/lib/apt', folder)
        .replaceAll('/var/cache/apt', folder)
        .replaceAll('/proc/locks', locks);
    const locked = `exec 9>${folder}/lock-frontend; flock 9`;
    const ask = async (text: string) => (await runWith({}, text)).stdout.trim();
    expect(await ask(`${holder('/proc/locks')} : >${folder}/lock-frontend; package_lock_holder`)).toBe('');
    expect(await ask(`${locked}\n${holder('/proc/locks')} package_lock_holder`)).toMatch(/ \(pid \d+\)$/);
    const elsewhere = `sed 's/ [0-9a-f]*:[0-9a-f]*:/ ff:ff:/' /proc/locks >${folder}/locks`;
    expect(await ask(`${locked}\n${elsewhere}\n${holder(`${folder}/locks`)} package_lock_holder`)).toBe('');
  });
});
