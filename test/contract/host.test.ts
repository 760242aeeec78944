import { afterAll, beforeAll, describe, test } from 'vitest';
import { hostKeys } from './host-keys.ts';
import { jobs } from './jobs.ts';
import type { Bench } from './lab.ts';
import { logins } from './logins.ts';
import { scripts } from './scripts.ts';
import { Lab, NEEDS_ROOT } from './sshd.ts';
import { sudo } from './sudo.ts';
import { trees } from './trees.ts';

if (process.getuid?.() !== 0 || process.platform !== 'linux') {
  test('the contract of a host', (context) => context.skip(NEEDS_ROOT));
} else {
  describe('the contract of a host', () => {
    let current: Bench | undefined;
    const bench = () => current as Bench;

    beforeAll(async () => {
      const lab = await Lab.open();
      const key = lab.path('user-ed25519');
      await lab.authorize(key);
      current = { lab, sshd: await lab.sshd(), key };
    }, 300_000);
    afterAll(() => current?.lab.close(), 60_000);

    for (const transport of ['local', 'ssh2', 'openssh'] as const) {
      scripts(transport, bench);
      trees(transport, bench);
      jobs(transport, bench);
    }
    sudo(bench);
    logins(bench);
    hostKeys(bench);
  });
}
