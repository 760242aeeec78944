import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';
import { HANGS, runWith, SHORT_TIMEOUT } from '../../support/fake-commands.ts';

const scripts = loadScripts();
let base: string;
let root: string;
const put = (path: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), 'x');
};
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'uninstall-'));
  root = join(base, 'root');
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true }));

/** The script reads its list from standard input, so it is run as `sh -c`. */
const run = async (name: string, folders: readonly string[], paths: readonly string[], at = root) => {
  const text = script({ scripts }, name, { root: at, folders: folders.join('\n') });
  const { exitCode, stdout } = await execa('sh', ['-c', text], {
    input: paths.map((path) => `${path}\n`).join(''),
    reject: false,
  });
  return { code: exitCode, stdout };
};
const purge = (folders: readonly string[], paths: readonly string[], at?: string) =>
  run('purge-data.sh', folders, paths, at);

describe('purge-data.sh', () => {
  it('deletes what is listed and nothing beside it, and says what is left', async () => {
    for (const path of ['data/a/b', 'data/c', 'answers.yaml', 'mine.txt', 'conf.d/50-mine.yaml']) put(path);
    mkdirSync(join(root, 'state'));
    const { code, stdout } = await purge(
      [join(root, 'conf.d'), root],
      ['data', 'state', 'answers.yaml', 'none'].map((path) => join(root, path)),
    );
    expect(code).toBe(0);
    expect(readdirSync(root).sort()).toEqual(['conf.d', 'mine.txt']);
    expect(stdout.split('\n').sort()).toEqual([
      `MB-LEFT ${root}/conf.d/50-mine.yaml`,
      `MB-LEFT ${root}/mine.txt`,
    ]);
  });
  it('takes the folder itself away when nothing is left', async () => {
    put('data/a');
    expect(await purge([root], [join(root, 'data')])).toEqual({ code: 0, stdout: '' });
    expect(existsSync(root)).toBe(false);
  });
  it('follows no link: neither one that is listed, nor one inside, nor a folder that became one', async () => {
    mkdirSync(join(base, 'elsewhere'));
    writeFileSync(join(base, 'elsewhere', 'file'), 'x');
    symlinkSync(join(base, 'elsewhere'), join(root, 'linked'));
    mkdirSync(join(root, 'data'));
    symlinkSync(join(base, 'elsewhere'), join(root, 'data', 'inside'));
    await purge([], [join(root, 'linked'), join(root, 'data'), join(root, 'linked', 'file')]);
    expect(readdirSync(root)).toEqual([]);
    expect(readdirSync(join(base, 'elsewhere'))).toEqual(['file']);
    symlinkSync(join(base, 'elsewhere'), join(root, 'again'));
    await purge([join(root, 'again')], [join(root, 'again', 'file')]);
    expect(lstatSync(join(root, 'again')).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(base, 'elsewhere'))).toEqual(['file']);
  });
  it('deletes nothing outside of the root, whatever is listed', async () => {
    writeFileSync(join(base, 'file'), 'x');
    await purge([], [join(base, 'file'), join(root, '..', 'file'), '/', '']);
    expect(existsSync(join(base, 'file'))).toBe(true);
  });
  it('deletes nothing when something is mounted below', async () => {
    // Every Linux has file systems below /dev; the list is empty all the same.
    const { code, stdout } = await purge([], [], '/dev');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^MB-MOUNTED \/dev\//m);
  });
});

describe('remove-installation.sh', () => {
  const text = () => {
    const body = script({ scripts }, 'remove-installation.sh', {
      root,
      folders: `${root}/config`,
      units: `${base}/backup.timer\n${base}/backup.service`,
    });
    // What the product gives on standard input.
    return `(\n${body}\n) <<'LIST'\n${root}/config/a\n${root}/config/b\n${base}/outside\nLIST\n`;
  };
  const docker = `case "$*" in *'ps -aq'*) echo one two ;; *'network ls'*) echo net ;; esac`;

  it('takes the timer of backups away first', async () => {
    for (const unit of ['backup.timer', 'backup.service']) writeFileSync(join(base, unit), 'x');
    const { code, calls } = await runWith({ docker, systemctl: 'exit 0' }, text());
    expect(code).toBe(0);
    expect(calls[0]).toBe('systemctl disable --now backup.timer');
    expect(readdirSync(base).sort()).toEqual(['root']);
  });
  it('stops before it removes, and files only then', async () => {
    for (const path of ['config/a', 'data/x']) put(path);
    writeFileSync(join(base, 'outside'), 'x');
    const { code, calls } = await runWith({ docker }, text());
    expect(code).toBe(0);
    expect(calls.map((call) => call.replace(/ --filter.*/, ''))).toEqual([
      'docker ps -aq',
      'docker stop --time 60 one two',
      'docker rm one two',
      'docker network ls -q',
      'docker network rm net',
    ]);
    expect(readdirSync(root)).toEqual(['data']);
    expect(existsSync(join(base, 'outside'))).toBe(true);
  });
  it.each([
    ['hangs', HANGS],
    ['cannot stop them', `case "$*" in *'ps -aq'*) echo one ;; stop*) exit 1 ;; esac`],
  ])('removes no file when Docker %s', async (_name, fake) => {
    put('config/a');
    const { code } = await runWith({ docker: fake, ...SHORT_TIMEOUT }, text());
    expect(code).not.toBe(0);
    expect(existsSync(join(root, 'config/a'))).toBe(true);
  });
});
