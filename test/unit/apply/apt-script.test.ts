import { describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { installPackages } from '../../../src/apply/packages.ts';
import { script } from '../../../src/apply/script.ts';
import type { Tools } from '../../../src/apply/tools.ts';
import { QUICK_CLOCK, runWith } from '../../support/fake-commands.ts';

const scripts = loadScripts();

const apt = (holder: string, commands: Readonly<Record<string, string>>) =>
  runWith(
    { ...QUICK_CLOCK, ...commands },
    `package_lock_holder() { ${holder}; }\n${script({ scripts }, 'apt.sh', {
      action: 'packages',
      packages: 'docker-ce docker-ce-cli',
      limit: 900,
    })}`,
  );

const BROKEN_LISTS =
  'case "$*" in *update*) echo "E: The repository \'http://gone trixie Release\' is broken"; exit 100 ;; esac';

describe('apt.sh', () => {
  it("installs in spite of somebody else's broken source", async () => {
    const { code, calls } = await apt(':', { 'apt-get': BROKEN_LISTS });
    expect(code).toBe(0);
    expect(calls.at(-1)).toMatch(/^apt-get .* install docker-ce docker-ce-cli$/);
  });
  it('fails when the installation fails', async () => {
    const { code, stdout } = await apt(':', { 'apt-get': `${BROKEN_LISTS}\necho "E: no package"; exit 100` });
    expect(code).toBe(100);
    expect(stdout).toContain('E: no package');
  });
  it('gives up a lock that is never let go by the clock, and names its holder', async () => {
    const { code, stdout, calls } = await apt("echo 'dpkg (pid 7)'", { 'apt-get': '' });
    expect(code).toBe(75);
    expect(stdout).toContain('MB-LOCK-HELD dpkg (pid 7)');
    expect(calls.filter((call) => call.startsWith('apt-get'))).toEqual([]);
    // 900 s are 15 of the clock's minutes.
    expect(calls.filter((call) => call.endsWith('/proc/uptime')).length).toBeLessThan(20);
  });
  it('counts the time of tries that were locked out', async () => {
    const { code, calls } = await apt(':', { 'apt-get': 'echo "E: Could not get lock x"; exit 100' });
    expect(code).toBe(100);
    // Update and installation: each tries for 15 of the clock's minutes.
    expect(calls.filter((call) => call.startsWith('apt-get')).length).toBeLessThan(40);
  });
  it('goes on when a lock is let go', async () => {
    const once = '[ -e "$here/tried" ] || { : >"$here/tried"; echo "E: Could not get lock x"; exit 100; }';
    const { code, calls } = await apt(':', { 'apt-get': once });
    expect(code).toBe(0);
    expect(calls.filter((call) => call.includes('update'))).toHaveLength(2);
  });
});

describe('a failure of apt', () => {
  const failing = (stdout: string): Tools =>
    ({
      host: { startJob: async () => {}, followJob: async () => ({ code: 100, stdout, stderr: '' }) },
      scripts,
      progress: () => {},
      signal: new AbortController().signal,
    }) as unknown as Tools;
  const why = async (stdout: string): Promise<string | undefined> => {
    try {
      await installPackages({ kind: 'install-packages', packages: ['x'] }, failing(stdout));
    } catch (error) {
      return (error as { text: { why: string } }).text.why;
    }
    return undefined;
  };
  it("always shows the last error, which is the installation's own", async () => {
    const shown = await why('E: one\nE: two\nE: three\nE: four\nE: no space\nreading\n');
    expect(shown?.split('\n')).toEqual(['E: one', 'E: two', 'E: no space']);
  });
});
