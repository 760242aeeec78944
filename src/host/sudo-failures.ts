import type { FailureText } from '../errors.ts';
import { Failure } from '../errors.ts';

/** Code of the one refusal that another try can cure. */
export const WRONG_PASSWORD = 'MB-SSH-SUDO-PASSWORD';

const AS_ROOT = 'Or connect as root, if the machine allows it: root@HOST.';

/** `admin@203.0.113.7` → `admin`. */
const loginOf = (name: string): string =>
  name.includes('@') ? name.slice(0, name.lastIndexOf('@')) : 'LOGIN';

function failure(text: Omit<FailureText, 'safe'>): Failure {
  return new Failure({ ...text, safe: 'Nothing was changed.' });
}

export function sudoMissing(name: string): Failure {
  return failure({
    code: 'MB-SSH-SUDO-MISSING',
    what: `${name} is not root, and there is no sudo on the machine.`,
    fix: [`As root on the machine: apt-get install sudo && adduser ${loginOf(name)} sudo`, AS_ROOT],
  });
}

export function noPasswordAsked(name: string): Failure {
  return failure({
    code: 'MB-SSH-SUDO-ASK',
    what: `sudo on ${name} wants a password, and nobody can be asked for it here.`,
    fix: ['Run this in a terminal, or give the password in a file: --sudo-password-file FILE', AS_ROOT],
  });
}

export function sudoWrong(name: string, words: string): Failure {
  return failure({
    code: WRONG_PASSWORD,
    what: `sudo on ${name} did not accept the password.`,
    ...(words === '' ? {} : { why: words }),
    fix: [
      `It is ${loginOf(name)}'s own password, not root's: the one that \`sudo -k true\` on the machine accepts.`,
    ],
  });
}

function sudoNotPermitted(name: string, words: string): Failure {
  return failure({
    code: 'MB-SSH-SUDO-DENIED',
    what: `${name} may not become root with sudo.`,
    ...(words === '' ? {} : { why: words }),
    fix: [`As root on the machine: adduser ${loginOf(name)} sudo`, AS_ROOT],
  });
}

function sudoTty(name: string, words: string): Failure {
  return failure({
    code: 'MB-SSH-SUDO-TTY',
    what: `sudo on ${name} works only on a terminal (requiretty).`,
    ...(words === '' ? {} : { why: words }),
    fix: [
      `As root on the machine, in a file below /etc/sudoers.d: Defaults:${loginOf(name)} !requiretty`,
      AS_ROOT,
    ],
  });
}

/** @param patience milliseconds that were waited. */
export function sudoSlow(name: string, patience: number): Failure {
  return failure({
    code: 'MB-SSH-SUDO-SLOW',
    what: `sudo on ${name} did not answer within ${patience / 1000} s.`,
    why: 'The password may be right: sudo waits for a directory service or for the name of the machine.',
    fix: ['On the machine: time sudo -k true', 'Is the machine’s own name in its /etc/hosts?'],
  });
}

function sudoOther(name: string, words: string): Failure {
  return failure({
    code: 'MB-SSH-SUDO',
    what: `sudo on ${name} failed.`,
    why: words === '' ? 'It said nothing.' : words,
    fix: ['On the machine: sudo -v && sudo id', AS_ROOT],
  });
}

/** sudo's own words (LC_ALL=C; texts of sudo 1.9 and of sudo-rs) → what is wrong. */
export function judgeSudo(name: string, said: string): Failure {
  const words = said
    .split('\n')
    .map((line) => line.trim())
    // Standard input ends after one password: sudo always says this of a second one that it never got.
    .filter((line) => !/no password was provided/i.test(line) || !/incorrect password/i.test(said))
    .filter((line) => /^sudo\b|sudoers|not allowed|may not run|I'm sorry/i.test(line))
    .join('\n');
  if (/not in the sudoers|not allowed to|may not run sudo|I'm sorry/i.test(said)) {
    return sudoNotPermitted(name, words);
  }
  if (/must have a tty|no tty present|terminal is required/i.test(said)) return sudoTty(name, words);
  if (
    /incorrect (password|authentication) attempt|no password was provided|try again|password is required/i.test(
      said,
    )
  ) {
    return sudoWrong(name, words);
  }
  if (/sudo: (command )?not found|env: .*sudo.*No such file/i.test(said)) return sudoMissing(name);
  return sudoOther(name, words === '' ? said.trim() : words);
}
