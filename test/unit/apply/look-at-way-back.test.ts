import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';

type Files = Readonly<Record<string, string>>;

/** What the script says of a machine with these files, and of what was kept of the release before. */
const look = (now: Files, before: Files): readonly string[] => {
  const root = mkdtempSync(join(tmpdir(), 'way-back-'));
  const put = (folder: string, files: Files): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  put(root, now);
  put(join(root, 'state/upgrade/before'), before);
  const text = script({ scripts: loadScripts() }, 'look-at-way-back.sh', {
    root,
    before: join(root, 'state/upgrade/before'),
    parts: 'compose.yaml synapse/config guide state/written',
  });
  const { stdout } = execaSync('sh', ['-c', text]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
};

const CONFIG = 'synapse/config/homeserver.yaml';

describe('look-at-way-back.sh', () => {
  it('names what is another one, or was not there, and nothing else', () => {
    const now = {
      [CONFIG]: 'a: 1\n',
      'compose.yaml': 'new\n',
      'synapse/config/workers/sync-1.yaml': 'x\n',
      'state/written/compose.yaml': 'new\n',
      'answers.yaml': 'new\n',
    };
    expect(look(now, { [CONFIG]: 'a: 1\n', 'compose.yaml': 'old\n' })).toEqual([
      'MB-REPLACES compose.yaml',
      'MB-REPLACES synapse/config/workers/sync-1.yaml',
    ]);
  });

  const database = (lines: string) => ({
    [CONFIG]: `database:\n  name: psycopg2\n  args:\n${lines}listeners: []\n`,
  });
  it.each([
    [
      'another host',
      '    host: 10.0.0.1\n    cp_max: 5\n',
      '    host: 10.0.0.2\n    cp_max: 5\n',
      ['MB-MOVED database'],
    ],
    ['more connections', '    host: 10.0.0.1\n    cp_max: 5\n', '    host: 10.0.0.1\n    cp_max: 9\n', []],
  ])('the way to the database with %s', (_name, before, now, moved) => {
    const said = look(database(now), database(before));
    expect(said.filter((line) => line.startsWith('MB-MOVED'))).toEqual(moved);
  });
  it('leaves out the authority of a database elsewhere, which stays as it is', () => {
    const file = 'synapse/config/database-ca.pem';
    expect(look({ [CONFIG]: '', [file]: 'new' }, { [CONFIG]: '', [file]: 'old' })).toEqual([]);
  });

  const open = 'enable_registration: true\nlisteners: []\n';
  const shut = 'enable_registration: false\nfederation_domain_whitelist:\n  - a.example\nlisteners: []\n';
  it.each([
    ['a shorter list before', shut, shut.replace('  - a', '  - b.example\n  - a'), []],
    ['a longer list before', shut.replace('  - a', '  - b.example\n  - a'), shut, ['federation']],
    ['closed before, a list now', shut.replace(':\n  - a.example', ': []'), shut, []],
    ['open before, shut now', open, shut, ['federation', 'registration']],
    ['shut before, open now', shut, open, []],
    ['the same', shut, shut, []],
    ['another list', shut.replace('a.example', 'b.example'), shut, ['federation']],
    [
      'an empty list now',
      open,
      'federation_domain_whitelist: []\nenable_registration: true\n',
      ['federation'],
    ],
  ])('%s', (_name, before, now, opens) => {
    const said = look({ [CONFIG]: now }, { [CONFIG]: before });
    expect(said.filter((line) => line.startsWith('MB-OPENS'))).toEqual(
      opens.map((what) => `MB-OPENS ${what}`),
    );
  });
});
