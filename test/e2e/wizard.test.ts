import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operator, type Vps } from '../world/index.ts';
import { forgetDomain, freshMachine, removeMachine } from './variants/fresh.ts';
import { type Sitting, sitDown } from './wizard/drive.ts';

const DOMAIN = 'sitting.test';
/** One whose web client has its DNS record already. */
const TALKING = 'talking.test';
const NAME = 'sitting';

/** The questions in their order, what is pressed at each, and what a resumed run has then. */
const QUESTIONS = [
  { at: /Is it the same\?/, press: async ({ terminal }: Sitting) => terminal.enter('y') },
  { at: /\? Domain/, press: async ({ terminal }: Sitting) => terminal.enter(DOMAIN) },
  { at: /\? Tier of the box/, press: async ({ terminal }: Sitting) => terminal.press('Enter') },
  { at: /\? Rooms that/, press: async ({ terminal }: Sitting) => terminal.enter('7') },
  { at: /\? Name of the first/, press: async ({ terminal }: Sitting) => terminal.enter('root') },
  { at: /\? These are your answers/, press: async ({ terminal }: Sitting) => terminal.press('Enter') },
  { at: /\? Have a password made/, press: async ({ terminal }: Sitting) => terminal.press('Enter') },
  { at: /\? Go ahead\?/, press: async () => {} },
] as const;

describe('the wizard in a terminal', () => {
  let vps: Vps;
  /** One whose login is not root. */
  let helped: Vps;
  beforeAll(async () => {
    forgetDomain(DOMAIN);
    vps = await freshMachine({
      name: NAME,
      domains: [DOMAIN, `matrix.${DOMAIN}`, ...[TALKING, `matrix.${TALKING}`, `chat.${TALKING}`]],
      // What the screens show: the same on every computer that runs this.
      ip: '10.99.0.240',
      memory: '4G',
      cpus: 4,
    });
    helped = await freshMachine({ name: `${NAME}-sudo`, user: 'sudo-password' });
  });
  afterAll(async () => {
    await removeMachine(NAME);
    await removeMachine(`${NAME}-sudo`);
    for (const domain of [DOMAIN, TALKING]) forgetDomain(domain);
  });

  it.each([
    [80, 24],
    [120, 40],
    [40, 20],
  ])('at %i×%i: paste, back, a changed line, and the plan', async (columns, rows) => {
    const screens: string[] = [];
    const { before, after } = await sitDown(vps, { columns, rows, flags: ['--dry-run'] }, async (sitting) => {
      const { terminal, at, exitCode } = sitting;
      const keep = async (title: string): Promise<void> => {
        screens.push(`== ${title}\n${await sitting.screen()}\n`);
      };
      await at(/Is it the\s+same\?/, () => keep('a machine that is not known'));
      await terminal.enter('y');
      await at(/\? Domain/, () => terminal.type('sitting'));
      await sitting.at(/never\s+change\) sitting/, async () => {
        // What may still become right is not called wrong.
        expect(await terminal.screen()).not.toContain('> ');
        await terminal.type(' test');
      });
      await at(/> "sitting test" is not a/, () => keep('a wrong letter, before Enter'));
      await terminal.press('C-u');
      await at(/never\s+change\)\s*$/, async () => {
        await terminal.paste(`https://matrix.${DOMAIN}/`);
        await terminal.press('Enter');
      });
      await at(/\? Take sitting\.test/, () => terminal.press('Enter'));
      await at(/\? Tier of the box/, () => keep('the tier'));
      await terminal.press('Enter');
      await at(/\? Rooms that/, () => terminal.enter('<'));
      await at(/\? Tier of the box \[your answer/, () => terminal.press('Up', 'Enter'));
      await at(/\? Rooms that/, () => terminal.enter('many'));
      await at(/"many" is not/, async () => {
        await terminal.press('C-u');
        await terminal.enter('7');
      });
      await at(/\? Name of the first/, () => terminal.press('Enter'));
      await at(/\? These are your answers/, () => keep('the summary'));
      // The line of the administrator.
      await terminal.press('Down', 'Down', 'Down', 'Down', 'Down', 'Down', 'Enter');
      await at(/\? Name of the first administrator \[as it is/, () => terminal.enter('root'));
      await at(/\? These are your answers/, () => keep('the summary, changed'));
      await terminal.press('Enter');
      expect(await exitCode()).toBe(0);
      const text = (await terminal.text()).replaceAll('\n', ' ');
      expect(text).toContain(`Users will be called @you:${DOMAIN}`);
      expect(text).toContain(`${DOMAIN} points at this machine`);
      expect(text).toContain('Dry run: nothing was changed.');
    });
    expect(after).toBe(before);
    await expect(screens.join('\n')).toMatchFileSnapshot(`wizard/screens/${columns}x${rows}.txt`);
  });

  it.each(QUESTIONS.map(({ at }, index) => [String(at), index] as const))(
    'Ctrl-C at %s gives the terminal back, says how to go on, and touches nothing',
    async (_name, index) => {
      forgetDomain(DOMAIN);
      const { before, after } = await sitDown(vps, { columns: 100, rows: 30 }, async (sitting) => {
        for (const { at, press } of QUESTIONS.slice(0, index)) await sitting.at(at, () => press(sitting));
        await sitting.at(QUESTIONS[index]?.at ?? /never/, () => sitting.terminal.press('C-c'));
        expect(await sitting.exitCode()).toBe(130);
        const text = await sitting.terminal.text();
        expect(text).toContain('STOPPED MB-INTERRUPTED');
        expect(text).toContain('Nothing was changed on the machine');
        const resume = /Go on with: (.*)/.exec(text)?.[1] ?? '';
        expect(resume).toContain(`init root@${vps.ip}`);
        // Once the summary is accepted the rest is kept under the domain.
        if (index > 1) expect(resume).toContain(`--domain ${DOMAIN}`);
        if (index === 5) expect(resume).toMatch(/--tier \w+ --rooms 7 --admin root$/);
      });
      expect(after).toBe(before);
      expect((await vps.exec('ls /opt')).stdout).not.toContain('matrix-bastion');
    },
  );

  it('asks for the passphrase of a key and for the password of sudo, says when one is wrong, shows none', async () => {
    const secrets = { passphrase: 'heather-moor-7', sudo: helped.password };
    const key = join(operator.home, 'sitting-key');
    rmSync(key, { force: true });
    await operator.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', secrets.passphrase, '-f', key], {
      reject: true,
    });
    await helped.exec(`cat >>~admin/.ssh/authorized_keys`, { input: readFileSync(`${key}.pub`, 'utf8') });
    const flags = ['--identity', key, '--domain', 'helped.test', '--dry-run'];
    const { before, after } = await sitDown(helped, { columns: 80, rows: 24, flags }, async (sitting) => {
      const { terminal, at } = sitting;
      await at(/Is it the\s+same\?/, () => terminal.enter('y'));
      await at(/\? Passphrase of/, () => terminal.enter('not this one'));
      await at(/That was not accepted\.[\s\S]*\? Passphrase of/, () => terminal.enter(secrets.passphrase));
      await at(/\? Password for sudo/, () => terminal.enter('nor this'));
      await at(/not accepted\.[\s\S]*not accepted\.[\s\S]*\? Password for sudo/, () =>
        terminal.enter(secrets.sudo),
      );
      await at(/\? Tier of the box/, () => terminal.press('C-c'));
      expect(await sitting.exitCode()).toBe(130);
      const text = await terminal.text();
      for (const secret of [...Object.values(secrets), 'not this one', 'nor this'])
        expect(text).not.toContain(secret);
    });
    expect(after).toBe(before);
  });

  it('offers the web client whose name leads to the machine already', async () => {
    const flags = ['--domain', TALKING, '--dry-run'];
    await sitDown(vps, { columns: 100, rows: 40, flags, known: true }, async ({ terminal, at, exitCode }) => {
      await at(/\? Tier of the box/, () => terminal.press('Enter'));
      await at(/\? Rooms that/, () => terminal.enter('7'));
      await at(/\? Name of the first/, () => terminal.press('Enter'));
      await at(
        /\? These are your answers[\s\S]*^ +client +element$[\s\S]*^ +client-host +chat\.talking\.test$/m,
        () => terminal.press('Enter'),
      );
      expect(await exitCode()).toBe(0);
      const text = await terminal.text();
      expect(text).toContain(`chat.${TALKING} points at this machine: it will serve Element there`);
      expect(text).toMatch(/see a valid certificate for .*chat\.talking\.test/);
    });
  });

  it('asks nothing again after it was left at the plan', async () => {
    await sitDown(
      vps,
      { columns: 100, rows: 30, flags: ['--domain', DOMAIN, '--dry-run'] },
      async (sitting) => {
        await sitting.at(/Is it the same\?/, () => sitting.terminal.enter('y'));
        expect(await sitting.exitCode()).toBe(0);
        expect(await sitting.terminal.text()).not.toMatch(/\? (Tier|Rooms|Name)/);
      },
    );
  });

  it('gives the terminal back when a step is stopped, and goes on with the same command', async () => {
    const flags = ['--domain', DOMAIN, '--yes', '--host-key', vps.fingerprint];
    const { before, after } = await sitDown(
      vps,
      { columns: 80, rows: 24, flags, known: true },
      async (sitting) => {
        const { terminal } = sitting;
        await sitting.at(/Docker \+ Compose[\s\S]*\n\s+\S+/, async () => {
          // Keys of an impatient person leave nothing on the screen, and nothing in the shell afterwards.
          await terminal.press('x', 'Enter', 'C-c');
        });
        expect(await sitting.exitCode()).toBe(130);
        const text = await terminal.text();
        expect(text).toContain(
          'Stopping. What was done stays done, and the same command goes on from there.',
        );
        expect(text).toContain('STOPPED MB-INTERRUPTED');
      },
    );
    expect(after).toBe(before);
  });
});
