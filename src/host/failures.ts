import type { FailureText } from '../errors.ts';
import { Failure } from '../errors.ts';

const UNTOUCHED = 'Nothing was changed.';

/** A failure before anything was sent to the machine. */
function untouched(text: Omit<FailureText, 'safe'>): Failure {
  return new Failure({ ...text, safe: UNTOUCHED });
}

export function nameUnknown(host: string, why: string): Failure {
  return untouched({
    code: 'MB-SSH-NAME',
    what: `No machine is known by the name ${host}.`,
    why,
    fix: [`Check the spelling, or give the address: root@203.0.113.7`],
  });
}

export function unreachable(where: string, why: string): Failure {
  return untouched({
    code: 'MB-SSH-UNREACHABLE',
    what: `${where} cannot be reached from here.`,
    why,
    fix: [
      'Is the machine running, and is this computer online?',
      'An IPv6 address needs IPv6 on this side too.',
    ],
  });
}

export function refused(where: string, why: string): Failure {
  return untouched({
    code: 'MB-SSH-REFUSED',
    what: `${where} refused the connection.`,
    why,
    fix: [
      'A machine that was just made may need another minute.',
      'If its sshd listens elsewhere, give the port: root@HOST:PORT',
    ],
  });
}

export function timedOut(where: string, why: string): Failure {
  return untouched({
    code: 'MB-SSH-TIMEOUT',
    what: `${where} did not answer.`,
    why,
    fix: ["Check the address, the port, and the provider's firewall.", 'Is the machine running?'],
  });
}

export function notSsh(where: string, why: string): Failure {
  return untouched({
    code: 'MB-SSH-PROTOCOL',
    what: `${where} answers, but no SSH session came about.`,
    why,
    fix: ['Is that the port of sshd?', 'Try the OpenSSH of this computer: --ssh openssh'],
  });
}

/** @param jump as the configuration names it, `user@host:port` or several with commas. */
export function jumpHostClosed(jump: string, why: string): Failure {
  return untouched({
    code: 'MB-SSH-JUMP',
    what: `The way leads through ${jump} (ProxyJump), and ssh does not get past it by itself.`,
    why,
    fix: [
      `Log in there once by yourself, compare its key, and say yes: ssh ${jump.split(',')[0]}`,
      'If that asks for a password or passphrase: ssh-copy-id, or ssh-add, so that it asks no more.',
    ],
  });
}

export function brokenConfig(host: string, why: string): Failure {
  return untouched({
    code: 'MB-SSH-CONFIG',
    what: `The SSH configuration of this computer cannot be read for ${host}.`,
    why,
    fix: [`Try it alone: ssh -G ${host}`],
  });
}

export function noOpenssh(reason: string): Failure {
  return untouched({
    code: 'MB-SSH-NO-OPENSSH',
    what: 'The ssh program is needed for this connection, and it is not on this computer.',
    why: reason,
    fix: ['Debian, Ubuntu: sudo apt-get install openssh-client'],
  });
}

/** What was tried to log in, in the words of a person. */
export interface LoginAttempts {
  /** Methods that the server said it would accept. */
  readonly offered: readonly string[];
  /** One line per key or password that was tried or left out, and what became of it. */
  readonly tried: readonly string[];
}

export function loginRefused(where: string, user: string, attempts: LoginAttempts): Failure {
  return untouched({
    code: 'MB-SSH-AUTH',
    what: `${where} did not let us in as ${user}.`,
    why: [
      `It accepts: ${attempts.offered.length === 0 ? 'nothing that it names' : attempts.offered.join(', ')}.`,
      attempts.tried.length === 0 ? 'We had no key and no password to try.' : 'We tried:',
      ...attempts.tried.map((line) => `  ${line}`),
    ].join('\n'),
    fix: [
      'Name the right key: --identity ~/.ssh/KEY',
      'Or give the password in a file: --ssh-password-file FILE',
      `Put a key on the machine: ssh-copy-id ${user}@HOST`,
      `Is ${user} the right login? Many providers use debian, ubuntu or admin.`,
    ],
  });
}

/** The connection ended under a script, or could not be had again. */
export function lost(name: string, why: string): Failure {
  return new Failure({
    code: 'MB-SSH-LOST',
    what: `The connection to ${name} was lost.`,
    why,
    fix: ['Run the same command again: it goes on where it stopped.'],
  });
}

/** @param tries how often a new connection was tried. */
export function lostJob(name: string, tries: number, why: string): Failure {
  return new Failure({
    code: 'MB-SSH-LOST',
    what: `The connection to ${name} was lost, and ${tries} attempts to get it back failed.`,
    why,
    fix: ['Run the same command again: it picks up the work that goes on there.'],
    safe: 'What was started goes on on the machine by itself.',
  });
}

/** The login shell answered something else than our script: `nologin`, a forced command, no `sh`. */
export function brokenShell(name: string, noise: string, code: number | null): Failure {
  const said = noise.trim().split('\n').slice(-5).join('\n');
  return untouched({
    code: 'MB-SSH-SHELL',
    what: `${name} let us in, but does not run commands.`,
    why: said === '' ? `The login shell ended with ${code ?? 'a signal'} and said nothing.` : said,
    fix: ['Use another login of that machine, one with an ordinary shell.'],
  });
}

/** The server would not open another session: MaxSessions, or no processes left. */
export function noSession(name: string, why: string): Failure {
  return new Failure({
    code: 'MB-SSH-SESSION',
    what: `${name} would not open a session.`,
    why,
    fix: ['On the machine: MaxSessions in sshd_config, and free memory and processes.'],
  });
}

/** @param limit milliseconds. */
export function scriptTimeout(name: string, limit: number): Failure {
  return new Failure({
    code: 'MB-HOST-TIMEOUT',
    what: `A command on ${name} did not end within ${limit / 1000} s and was stopped.`,
    fix: ['Run the same command again.'],
  });
}

export function jobLost(name: string, id: string, log: readonly string[]): Failure {
  return new Failure({
    code: 'MB-HOST-JOB-LOST',
    what: `The work "${id}" on ${name} ended without a result.`,
    why: 'The machine went down, or something killed it.',
    fix: ['Run the same command again: it starts over.'],
    log,
  });
}

export function noJob(name: string, id: string): Failure {
  return new Failure({
    code: 'MB-HOST-JOB-NONE',
    what: `There is no work "${id}" on ${name}.`,
    why: 'It was never started there, or the machine was restarted since.',
    fix: ['Run the same command again: it starts over.'],
  });
}
