import type { Answers } from '../answers/answers.ts';
import { judgeKey } from '../apply/judge-key.ts';
import type { Operator } from '../apply/operator.ts';
import type { Outcome } from '../apply/tools.ts';
import { EXIT, Failure, type FailureText } from '../errors.ts';
import { seenCertificate } from '../federation/certificate.ts';
import { checkFederation } from '../federation/check.ts';
import type { Finding, Verdict } from '../federation/judge.ts';
import { hasRecipe } from '../federation/recipes.ts';
import { combine } from '../federation/vantages.ts';
import { makePassword } from '../people/password.ts';
import type { RegistrationState } from '../people/registration.ts';
import { askHost } from './ask-host.ts';
import { proveLogin } from './login.ts';
import { ownCheck, publishes } from './look.ts';
import { notPublished, proxyNotRight, proxyNotSetUp } from './pending.ts';
import { tryToRegister } from './registration.ts';
import type { LookSettings } from './settings.ts';
import { isStrangerShutOut } from './shut-out.ts';
import { lookThroughProxy } from './through-proxy.ts';

/** How a new administrator's password comes to be. */
export interface PasswordSource {
  /** From --admin-password-file or a prompt; undefined lets one be made. */
  readonly given?: string;
  /** The password that an earlier run made and kept. */
  readKept(): Promise<string | undefined>;
  /** Keeps a made password (0600) before it is used. */
  keep(password: string): Promise<unknown>;
  /** The redactor: whatever goes to the log or the screen lacks it from now on. */
  hide(password: string): void;
}

export interface OperatorOptions {
  readonly answers: Answers;
  readonly settings: LookSettings;
  readonly wait: number;
  readonly password: PasswordSource;
  /** Says something in passing. */
  note(line: string): void;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal.addEventListener('abort', end, { once: true });
  });

/** Looks until `look` finds nothing wrong or the time is over; returns what was wrong last. */
const until = async <T>(
  look: () => Promise<T | undefined>,
  limit: number,
  every: number,
  signal: AbortSignal,
): Promise<T | undefined> => {
  const end = Date.now() + limit;
  for (;;) {
    const wrong = await look();
    if (wrong === undefined || Date.now() + every > end) return wrong;
    await pause(every, signal);
  }
};

/** The first fault whole, the others by name. Exit code 3 when it could not be told, else 1. */
export const notInOrder = (
  domain: string,
  verdict: Verdict['verdict'],
  findings: readonly Finding[],
): Failure => {
  const [first, ...others] = findings.filter(({ severity }) => severity === 'error');
  return new Failure(
    {
      code: first?.code ?? 'MB-FED',
      what: `${domain} is not in order yet${first ? `: ${first.title}` : ''}. Do not invite anyone until this is green.`,
      why: first ? `${first.where}: ${first.seen}. ${first.why}` : 'The check could not tell.',
      fix: [
        ...(first?.fix ?? []),
        ...(others.length > 0
          ? [`After that: ${others.map(({ code, seen }) => `${code} ${seen}`).join('; ')}`]
          : []),
      ],
      safe: 'The server is up; nothing is lost.',
    },
    verdict === 'unknown' ? EXIT.unknown : EXIT.failed,
  );
};

export const createOperator = ({ answers, settings, wait, password, note }: OperatorOptions): Operator => {
  const baseUrl = `https://${answers.matrixHost}`;
  const check = (signal: AbortSignal) => checkFederation(answers.domain, ownCheck(answers, settings, signal));
  const trusted = {
    ...(settings.dns ? { dns: settings.dns } : {}),
    ...(settings.caFile ? { caFile: settings.caFile } : {}),
    ...(answers.federationCa ? { extraCa: answers.federationCa } : {}),
  };

  /** What keeps requests from coming through somebody's own proxy; undefined when they come, or there is none. */
  const notThrough = async (
    apexHere: boolean,
    published: boolean,
    signal: AbortSignal,
  ): Promise<FailureText | undefined> => {
    const { proxy } = answers;
    if (proxy === undefined) return undefined;
    const why = await lookThroughProxy(answers.matrixHost, { ...trusted, timeout: settings.timeout }, signal);
    if (why !== '') return proxyNotSetUp(answers, proxy, apexHere, why);
    if (published || !apexHere) return undefined;
    const file = `https://${answers.domain}/.well-known/matrix/server`;
    return proxyNotSetUp(answers, proxy, apexHere, `${file} does not name ${answers.matrixHost}`);
  };

  return {
    wait,

    awaitCertificate: (name, limit, signal) =>
      until(
        async () => {
          const seen = await seenCertificate(name, { ...trusted, timeout: settings.timeout, signal });
          return seen.verified ? undefined : (seen.why ?? 'it does not verify');
        },
        limit,
        500,
        signal,
      ),

    async awaitProxy(apexHere, limit, signal): Promise<Outcome> {
      const wrong = await until(
        async () => notThrough(apexHere, publishes(await check(signal), answers), signal),
        limit,
        1000,
        signal,
      );
      return wrong === undefined ? 'done' : { pending: wrong };
    },

    async awaitWellKnown(limit, signal): Promise<Outcome> {
      const wrong = await until(
        async () => (publishes(await check(signal), answers) ? undefined : notPublished(answers)),
        limit,
        1000,
        signal,
      );
      return wrong === undefined ? 'done' : { pending: wrong };
    },

    async checkFederation(apexHere, runOnHost, signal): Promise<Outcome> {
      const [seen, fromHost] = await Promise.all([
        check(signal),
        askHost({ serverName: answers.domain, host: answers.matrixHost, port: 443 }, runOnHost),
      ]);
      const { verdict, findings } = combine(seen.verdict, fromHost);
      if (verdict === 'green') {
        for (const { code, seen: what, fix } of findings.filter(({ severity }) => severity !== 'info')) {
          note(`${code}: ${what}. ${fix.join(' ')}`);
        }
        return 'done';
      }
      const published = publishes(seen, answers);
      const shut = await notThrough(apexHere, published, signal);
      if (shut !== undefined) return { pending: shut };
      if (!published) return { pending: notPublished(answers) };
      const [first] = findings.filter(({ severity }) => severity === 'error');
      // What its owner's proxy does wrong only its owner can put right.
      if (answers.proxy !== undefined && first !== undefined && hasRecipe(first.code))
        return { pending: proxyNotRight(answers, answers.proxy, first) };
      throw notInOrder(answers.domain, verdict, findings);
    },

    async isStrangerShutOut(signal) {
      let shutOut: boolean | undefined;
      await until(
        async () => {
          shutOut = await isStrangerShutOut(baseUrl, { ...trusted, signal });
          return shutOut === true ? undefined : 'not yet';
        },
        30_000,
        2000,
        signal,
      );
      return shutOut;
    },

    async tryToRegister(isWanted, signal) {
      let state: RegistrationState = 'unknown';
      await until(
        async () => {
          const seen = await tryToRegister(baseUrl, { ...trusted, signal });
          // Who was let in often enough is slowed down after that, and knows no less for it.
          if (seen !== 'unknown') state = seen;
          return isWanted(seen) ? undefined : seen;
        },
        30_000,
        2000,
        signal,
      );
      return state;
    },

    judgeKey,

    async adminPassword() {
      if (password.given !== undefined) return password.given;
      const kept = await password.readKept();
      if (kept !== undefined) {
        password.hide(kept);
        return kept;
      }
      const made = makePassword();
      password.hide(made);
      await password.keep(made);
      return made;
    },

    proveLogin: (localpart, secret, signal) => proveLogin(baseUrl, localpart, secret, { ...trusted, signal }),
  };
};
