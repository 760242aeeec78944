import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';

const scripts = loadScripts();

/** Folders of databases by their major versions, as something left them. */
const home = (clusters: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'move-'));
  for (const [name, major] of Object.entries(clusters)) {
    mkdirSync(join(folder, name));
    for (const file of ['pg_hba.conf', 'pg_ident.conf']) writeFileSync(join(folder, name, file), '');
    writeFileSync(join(folder, name, 'PG_VERSION'), `${major}\n`);
  }
  return folder;
};
const majors = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      // What was prepared and not used goes with the way back.
      .filter((name) => !name.startsWith('.move.'))
      .sort()
      // The time is another each time.
      .map((name) => [
        name.replace(/\d{8}T\d{6}Z$/, 'TIME'),
        readFileSync(join(folder, name, 'PG_VERSION'), 'utf8').trim(),
      ]),
  );

/** Functions of the script, with what reaches for Docker in their place. */
const act = (folder: string, last: string, carried = 'return 0') =>
  execaSync(
    'sh',
    [
      '-uc',
      `docker() { :; }; timeout() { :; }; owner=0:0 old_image=o new_image=n old_major=15 new_major=17 home=${folder}
${script({ scripts }, 'move-database.sh')}
new_cluster() { mkdir "$1" && echo 17 >"$1/PG_VERSION"; }
private() { :; }
carry() { ${carried}; }
${last}`,
    ],
    { reject: false },
  );

const MOVE = '[ "$(major_of "$home/cluster")" = 17 ] || { prepare_move && move_database; }';

describe('a database that moves', () => {
  it.each<[string, Record<string, string>]>([
    ['from the beginning', { cluster: '15' }],
    ['from where it was interrupted: the old one renamed', { 'cluster.15': '15' }],
    [
      'from where it was interrupted: a half of a new one beside it',
      { 'cluster.15': '15', '.move.abc': '17' },
    ],
    ['from its end, without doing it again', { cluster: '17', 'cluster.15': '15' }],
  ])('comes to its end %s', (_name, clusters) => {
    const folder = home(clusters);
    const { exitCode, stdout } = act(folder, MOVE);
    expect(exitCode, stdout).toBe(0);
    expect(majors(folder)).toEqual({ cluster: '17', 'cluster.15': '15' });
  });

  it('keeps an older copy of the same name', () => {
    const folder = home({ cluster: '15', 'cluster.15': '15' });
    expect(act(folder, MOVE).exitCode).toBe(0);
    expect(majors(folder)).toEqual({ cluster: '17', 'cluster.15': '15', 'cluster.15.TIME': '15' });
  });

  it.each<[string, Record<string, string>]>([
    ['without a database', {}],
    ['of another major', { cluster: '16' }],
  ])('touches nothing %s', (_name, clusters) => {
    const folder = home(clusters);
    expect(act(folder, MOVE).exitCode).not.toBe(0);
    expect(majors(folder)).toMatchObject(clusters);
  });

  it('leaves nothing of a new one that failed, and the old one comes back', () => {
    const folder = home({ cluster: '15' });
    expect(act(folder, `${MOVE}`, "why='no'; return 1").exitCode).not.toBe(0);
    expect(majors(folder)).toEqual({ 'cluster.15': '15' });
    expect(act(folder, 'bring_old_database').exitCode).toBe(0);
    expect(majors(folder)).toEqual({ cluster: '15' });
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    [
      'one that served is kept',
      { cluster: '17', 'cluster.15': '15' },
      { cluster: '15', 'cluster.17.TIME': '17' },
    ],
    ['it is there already', { cluster: '15' }, { cluster: '15' }],
  ])('comes back: %s', (_name, clusters, wanted) => {
    const folder = home(clusters);
    expect(act(folder, 'bring_old_database').exitCode).toBe(0);
    expect(majors(folder)).toEqual(wanted);
  });

  it('does not come back from nowhere', () => {
    const folder = home({ cluster: '17' });
    const { exitCode, stdout } = act(folder, 'bring_old_database || { echo "$why"; exit 1; }');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('is not in');
    expect(majors(folder)).toEqual({ cluster: '17' });
  });
});
