import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';

const scripts = loadScripts();

/** The script in a folder in which an upgrade came to this end; it must not reach for Docker. */
const upgrade = (action: string, state: string) => {
  const root = mkdtempSync(join(tmpdir(), 'upgrade-'));
  mkdirSync(join(root, 'state/upgrade/before'), { recursive: true });
  const record = `${state}\t1.160.0\t1.163.2\t94\t-\t2026-01-31T03:00:00Z\t6.1\n`;
  writeFileSync(join(root, 'state/upgrade/record'), record);
  const variables = { root, home: root, from: '1.160.0', to: '1.163.2', schema: 94 };
  const functions = script({ scripts }, 'move-database.sh');
  const text = script({ scripts }, 'upgrade.sh', {
    ...variables,
    action,
    reversible: 'yes',
    backup: '',
    limit: 1,
    old_major: '',
    new_major: '',
  });
  const { exitCode, stdout } = execaSync(
    'sh',
    ['-c', `docker() { echo REACHED; exit 9; }\n${functions}\n${text}`],
    {
      reject: false,
    },
  );
  return {
    exitCode,
    stdout,
    unchanged: readFileSync(join(root, 'state/upgrade/record'), 'utf8') === record,
    folders: readdirSync(join(root, 'state/upgrade')).sort(),
    before: existsSync(join(root, 'state/upgrade/before')),
  };
};

describe('upgrade.sh', () => {
  it.each(['done', 'reverted', 'rolled-back'])(
    'does not begin anew what ended (%s) since it was seen under way',
    (state) => {
      expect(upgrade('resume', state)).toEqual({
        exitCode: 0,
        stdout: 'MB-UPGRADE-DONE 0',
        unchanged: true,
        folders: ['before', 'record'],
        before: true,
      });
    },
  );

  it.each(['done', 'reverted'])('touches nothing without a release to put in place (%s)', (state) => {
    const run = upgrade('switch', state);
    expect(run).toMatchObject({ exitCode: 1, unchanged: true, folders: ['before', 'record'], before: true });
    expect(run.stdout).not.toContain('REACHED');
  });
});
