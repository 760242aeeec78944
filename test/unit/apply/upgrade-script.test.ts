import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';

const scripts = loadScripts();

/**
 * A Docker that has these containers and can do nothing but say who they are and note down what is asked of it, and what the
 * record and homeserver.yaml were at that moment. With STOPS_AT everything ends there, as when the machine stops.
 */
const DOCKER = `#!/bin/sh
printf '%s | %s | %s\\n' "$*" "$(cut -f 1 state/upgrade/record)" "$(cat synapse/config/homeserver.yaml 2>/dev/null)" >>"$ASKED"
case "$*" in $STOPS_AT*) kill -9 "$UPGRADE" "$PPID" ;; esac
case "$1" in
  ps)
    case "$*" in *status=*) ;; *)
      printf 'c1 synapse\\nc2 postgres\\nc3 somebody-elses\\n' ;;
    esac ;;
  exec) exit 1 ;;
  inspect) case "$*" in *'Status}} {{'*) echo "$STATE" ;; esac ;;
  update)
    echo x >>updates
    [ "$(wc -l <updates)" -gt "$REFUSALS" ] || { echo 'cannot update a stopped container' >&2 && exit 1; } ;;
esac
exit 0
`;

/** The script in a folder in which an upgrade came to this state. */
const upgrade = (
  action: string,
  state: string,
  { stopsAt = 'nothing', next = false, refusals = 0, state: found = '' } = {},
) => {
  const root = mkdtempSync(join(tmpdir(), 'upgrade-'));
  const folder = (path: string) => mkdirSync(join(root, path), { recursive: true });
  folder('state/upgrade/before/synapse/config');
  folder('synapse/config');
  folder('bin');
  folder('cluster');
  const underWay = ['switching', 'reverting', 'returning'].includes(state);
  writeFileSync(join(root, 'synapse/config/homeserver.yaml'), underWay ? 'half' : 'old');
  writeFileSync(join(root, 'state/upgrade/before/synapse/config/homeserver.yaml'), 'old');
  writeFileSync(join(root, 'synapse/config/database-ca.pem'), 'of today');
  writeFileSync(join(root, 'state/upgrade/before/synapse/config/database-ca.pem'), 'of then');
  if (next) {
    folder('state/upgrade/next/synapse/config');
    writeFileSync(join(root, 'state/upgrade/next/synapse/config/homeserver.yaml'), 'new');
  }
  const record = `${state}\t1.160.0\t1.163.2\t94\t-\t2026-01-31T03:00:00Z\t6.1\n`;
  writeFileSync(join(root, 'state/upgrade/record'), record);
  writeFileSync(join(root, 'state/upgrade/resume.sh'), '');
  writeFileSync(join(root, 'bin/docker'), DOCKER);
  chmodSync(join(root, 'bin/docker'), 0o755);
  const variables = {
    root,
    home: root,
    from: '1.160.0',
    to: '1.163.2',
    schema: 94,
    memory: root,
    unit: '',
    old_major: '',
    new_major: '',
    parts: 'synapse/config',
  };
  const text = [
    'export UPGRADE=$$',
    'healthy() { false; }',
    script({ scripts }, 'move-database.sh'),
    script({ scripts }, 'real-requests.sh'),
    script({ scripts }, 'upgrade.sh', {
      ...variables,
      action,
      reversible: 'yes',
      backup: '',
      limit: found === '' ? 0 : 60,
    }),
  ].join('\n');
  const asked = join(root, 'asked');
  const { exitCode, stdout } = execaSync('sh', ['-c', text], {
    reject: false,
    env: {
      PATH: `${join(root, 'bin')}:${process.env.PATH}`,
      ASKED: asked,
      STOPS_AT: stopsAt,
      REFUSALS: String(refusals),
      STATE: found,
    },
  });
  return {
    exitCode,
    stdout,
    unchanged: readFileSync(join(root, 'state/upgrade/record'), 'utf8') === record,
    state: readFileSync(join(root, 'state/upgrade/record'), 'utf8').split('\t')[0],
    authority: readFileSync(join(root, 'synapse/config/database-ca.pem'), 'utf8'),
    config: readFileSync(join(root, 'synapse/config/homeserver.yaml'), 'utf8'),
    folders: readdirSync(join(root, 'state/upgrade')).sort(),
    before: existsSync(join(root, 'state/upgrade/before')),
    asked: existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : [],
  };
};

describe('upgrade.sh', () => {
  it.each(['done', 'reverted', 'rolled-back'])(
    'does not begin anew what ended (%s) since it was seen under way, and takes away what goes on when the machine starts',
    (state) => {
      expect(upgrade('resume', state)).toMatchObject({
        exitCode: 0,
        stdout: 'MB-UPGRADE-DONE 0',
        unchanged: true,
        folders: ['before', 'record'],
        before: true,
        asked: [],
      });
    },
  );

  it.each(['done', 'reverted'])('touches nothing without a release to put in place (%s)', (state) => {
    const run = upgrade('switch', state);
    expect(run).toMatchObject({
      exitCode: 1,
      unchanged: true,
      folders: ['before', 'record', 'resume.sh'],
      before: true,
      asked: [],
    });
  });

  it('lets Docker start nothing by itself before the first file of the other release is in place', () => {
    const { asked } = upgrade('switch', 'reverted', { next: true });
    const policy = asked.findIndex((line) => line.startsWith('update --restart no c1 c2 |'));
    expect(asked[policy]).toMatch(/ \| switching \| old$/);
    const changed = asked.findIndex((line) => line.endsWith('| new'));
    expect(changed).toBeGreaterThan(policy);
    for (const line of asked.slice(0, changed)) expect(line).toMatch(/ \| old$/);
  });

  it('goes back in a state of its own, in which Docker starts nothing either', () => {
    const { asked, stdout } = upgrade('switch', 'reverted', { next: true });
    expect(stdout).toContain('putting Synapse 1.160.0 back');
    const policy = asked.findIndex((line) => line.startsWith('update --restart no c1 c2 | reverting'));
    const back = asked.findLastIndex((line) => line.endsWith('| new'));
    expect(policy).toBeGreaterThan(-1);
    expect(back).toBeGreaterThanOrEqual(policy);
  });

  it.each(['reverting', 'returning'])(
    '%s, it keeps the authority that a database elsewhere has now',
    (state) => {
      expect(upgrade('resume', state, { next: true })).toMatchObject({
        config: 'old',
        authority: 'of today',
      });
    },
  );

  it('asks Docker again when a container has just ended that it is to change', () => {
    const run = upgrade('resume', 'reverting', { refusals: 3 });
    expect(run.asked.filter((line) => line.startsWith('update --restart no'))).toHaveLength(4);
    expect(run.stdout).not.toContain('cannot update');
  });

  it('starts what ended while Docker starts nothing by itself, and does not wait for what ends again and again', () => {
    const run = upgrade('resume', 'reverting', { state: 'exited 0' });
    expect(run.asked.filter((line) => line.startsWith('start c1 '))).toHaveLength(3);
    expect(run.stdout).toMatch(/^MB-UPGRADE-STUCK /m);
  });

  it('stops before it gives up on that, and says that it is in the middle', () => {
    const run = upgrade('resume', 'reverting', { refusals: 99 });
    expect(run).toMatchObject({ exitCode: 2, state: 'reverting' });
    expect(run.stdout).toMatch(/^MB-UPGRADE-STUCK .*cannot update a stopped container$/m);
    expect(run.asked.findIndex((line) => line.startsWith('stop '))).toBeLessThan(
      run.asked.findIndex((line) => line.startsWith('update --restart no')),
    );
  });

  it.each([
    ['switching', 'new'],
    ['reverting', 'old'],
    ['returning', 'old'],
  ])('goes on with what the machine stopped in (%s), to its own end', (state, config) => {
    const stopsAt = 'compose --progress plain up --detach --quiet-pull synapse';
    const run = upgrade('resume', state, { next: true, stopsAt });
    expect(run.asked.at(-1)).toMatch(
      new RegExp(`^compose --progress plain up .* \\| ${state} \\| ${config}$`),
    );
    expect(run.config).toBe(config);
  });

  it('leaves a machine that stops just after the files with nothing that starts by itself', () => {
    const run = upgrade('switch', 'reverted', { next: true, stopsAt: 'compose --progress plain up' });
    expect(run).toMatchObject({ state: 'switching', config: 'new' });
    const policies = run.asked.filter((line) => line.startsWith('update --restart'));
    expect(policies.at(-1)).toMatch(/^update --restart no c1 c2 /);
    // Somebody else's container is theirs.
    expect(run.asked.filter((line) => /^(update|rm|stop)\b.*\bc3\b/.test(line))).toEqual([]);
  });
});
