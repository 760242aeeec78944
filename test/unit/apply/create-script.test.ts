import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';

const scripts = loadScripts();

/** The script in a folder, with a database made by nobody in the place of Postgres's own. */
const create = (home: string) =>
  execaSync(
    'sh',
    [
      '-c',
      `new_cluster() { mkdir "$1" && echo 17 >"$1/PG_VERSION"; }\n${script({ scripts }, 'create-database.sh', { home })}`,
    ],
    { reject: false },
  );
const home = () => mkdtempSync(join(tmpdir(), 'create-'));

describe('create-database.sh', () => {
  it('makes one where there is none, or an empty folder', () => {
    for (const before of [false, true]) {
      const folder = home();
      if (before) mkdirSync(join(folder, 'cluster'));
      expect(create(folder).exitCode).toBe(0);
      expect(readdirSync(join(folder, 'cluster'))).toEqual(['PG_VERSION']);
      expect(readdirSync(folder)).toEqual(['cluster']);
    }
  });

  it('leaves the one that is there', () => {
    const folder = home();
    mkdirSync(join(folder, 'cluster'));
    writeFileSync(join(folder, 'cluster/PG_VERSION'), '15\n');
    writeFileSync(join(folder, 'cluster/rows'), 'mine');
    expect(create(folder).exitCode).toBe(0);
    expect(readdirSync(join(folder, 'cluster')).sort()).toEqual(['PG_VERSION', 'rows']);
  });

  it('removes nothing that it did not make', () => {
    const folder = home();
    mkdirSync(join(folder, 'cluster'));
    writeFileSync(join(folder, 'cluster/base'), 'a database whose PG_VERSION is lost');
    const { exitCode, stderr } = create(folder);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('is not empty, and there is no database in it: base');
    expect(readdirSync(join(folder, 'cluster'))).toEqual(['base']);
  });
});
