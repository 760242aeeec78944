import type { Failure } from '../errors.ts';
import type { Channel } from './channel.ts';
import { SUDO_CHECK } from './frame.ts';
import { gateOf } from './gate.ts';
import type { Elevation } from './script.ts';
import { runScript } from './script.ts';
import {
  judgeSudo,
  noPasswordAsked,
  sudoMissing,
  sudoSlow,
  sudoWrong,
  WRONG_PASSWORD,
} from './sudo-failures.ts';

/** A slow sudo (LDAP, a reverse lookup that hangs) is waited for this long, in milliseconds. */
const PATIENCE = 60_000;
/** How often a person at a terminal may mistype; a script gets one attempt. */
const TYPED_ATTEMPTS = 3;

/** One round trip: who we are, whether sudo exists, whether it works without a password. */
const DETECT = [
  'id -u',
  'command -v sudo >/dev/null || { echo missing; exit 0; }',
  'out=$(sudo -n -- sh -c : 2>&1 </dev/null) && { echo free; exit 0; }',
  'printf "asks\\n%s\\n" "$out"',
].join('\n');

/**
 * Finds out how scripts become root's, and proves it.
 * @param ask asks for the sudo password; undefined when nobody can be asked.
 * @throws Failure MB-SSH-SUDO-…
 */
export async function elevate(
  channel: Channel,
  name: string,
  options: {
    ask?: (() => Promise<string>) | undefined;
    interactive: boolean;
    signal?: AbortSignal | undefined;
  },
): Promise<Elevation> {
  let out = '';
  await runScript(channel, { kind: 'direct' }, name, DETECT, {
    onBytes: (stream, bytes) => {
      if (stream === 'stdout') out += bytes.toString('utf8');
    },
    signal: options.signal,
    timeout: PATIENCE,
  });
  const [uid, answer, ...said] = out.split('\n');
  if (uid === '0') return { kind: 'direct' };
  if (answer === 'missing') throw sudoMissing(name);
  if (answer === 'free') return { kind: 'sudo' };
  // `sudo -n` says "a password is required" to people who are not in sudoers, too; anything else is final.
  const words = said.join('\n');
  if (!/password is required/i.test(words)) throw judgeSudo(name, words);
  if (options.ask === undefined) throw noPasswordAsked(name);
  let last: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const password = await options.ask();
    // The same answer again comes from a file, and would only count as another failure over there.
    if (password === last) throw sudoWrong(name, '');
    last = password;
    const refusal = await tryPassword(channel, name, password, options.signal);
    if (refusal === undefined) return { kind: 'sudo-password', password };
    const again = options.interactive && attempt < TYPED_ATTEMPTS && refusal.text.code === WRONG_PASSWORD;
    if (!again) throw refusal;
  }
}

/**
 * One attempt: standard input ends after the password line, so sudo cannot ask a second time.
 * @returns undefined when the password was right.
 */
async function tryPassword(
  channel: Channel,
  name: string,
  password: string,
  signal: AbortSignal | undefined,
): Promise<Failure | undefined> {
  if (/[\0\n\r]/.test(password)) return sudoWrong(name, 'A password cannot contain a line break.');
  let said = '';
  const gate = gateOf(channel);
  const execution = await gate.pass(() =>
    channel.exec(SUDO_CHECK, (_stream, chunk) => {
      said += chunk.toString('utf8');
    }),
  );
  gate.hold(execution);
  execution.write(`${password}\n`);
  execution.end();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(sudoSlow(name, PATIENCE)), PATIENCE);
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    const end = await Promise.race([execution.ended, late]);
    return end.code === 0 ? undefined : judgeSudo(name, said);
  } catch (error) {
    execution.release();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
