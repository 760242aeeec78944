import { Failure, type FailureText } from '../errors.ts';
import { isAsWanted, type RegistrationState } from '../people/registration.ts';
import type { ChangeOf } from '../plan/change.ts';
import { PATHS, UID } from '../render/layout.ts';
import { tail } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

/** Caddy tries again after a minute when an order failed; two tries are waited for. */
const CERTIFICATE_LIMIT_MS = 150_000;
const WELL_KNOWN_LIMIT_MS = 30_000;

export const awaitCertificates = async (
  { names }: ChangeOf<'await-certificate'>,
  tools: Tools,
): Promise<Outcome> => {
  for (const name of names) {
    tools.progress(`waiting for the certificate of ${name}`);
    const problem = await tools.operator.awaitCertificate(name, CERTIFICATE_LIMIT_MS, tools.signal);
    if (problem !== undefined) throw await certificateFailure(name, problem, tools);
  }
  return 'done';
};

const certificateFailure = async (name: string, problem: string, tools: Tools): Promise<Failure> => {
  const { stdout } = await tools.host.run(
    `cd ${PATHS.root} && docker compose logs --no-color --no-log-prefix --tail 200 caddy 2>&1 | grep -F -e '"level":"error"' | tail -n 5`,
  );
  return new Failure({
    code: 'MB-CERTIFICATE',
    what: `No valid certificate is seen for ${name} on port 443: ${problem}.`,
    why: acmeReason(stdout) ?? 'Caddy reports no error; the port may be closed between here and the machine.',
    fix: [
      `Check that ${name} points at this machine (A and AAAA) and that ports 80 and 443 are open in the provider's firewall.`,
      'Then run this again: Caddy goes on trying by itself.',
    ],
    safe: 'Synapse and the database run; nothing is lost.',
    log: tail(stdout, 5),
  });
};

/** The authority's own words in Caddy's log (JSON lines). */
const acmeReason = (log: string): string | undefined => {
  for (const line of tail(log, 5).reverse()) {
    try {
      const { error } = JSON.parse(line) as { error?: unknown };
      if (typeof error === 'string') return error;
    } catch {
      // Not a JSON line: no reason in it.
    }
  }
  return undefined;
};

/** Nobody but its owner can set up a proxy: that is waited for only where somebody said so. */
export const awaitProxy = (tools: Tools): Promise<Outcome> => {
  tools.progress('looking for the server behind the proxy');
  return tools.operator.awaitProxy(tools.goal.apexHere, tools.operator.wait, tools.signal);
};

export const awaitWellKnown = (
  { published }: ChangeOf<'await-well-known'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress('looking for the well-known files');
  const limit = Math.max(published ? WELL_KNOWN_LIMIT_MS : 0, tools.operator.wait);
  return tools.operator.awaitWellKnown(limit, tools.signal);
};

export const checkFederation = async (
  { mark }: ChangeOf<'check-federation'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress('asking as another server would');
  const runOnHost = async (script: string) => (await tools.host.run(script, { signal: tools.signal })).stdout;
  const outcome = await tools.operator.checkFederation(tools.goal.apexHere, runOnHost, tools.signal);
  if (outcome === 'done') {
    await tools.host.putTree([
      {
        path: `${PATHS.state}/federation.proved`,
        type: 'file',
        content: `${mark}\n`,
        mode: 0o644,
        ...UID.root,
      },
    ]);
  }
  return outcome;
};

/** @throws Failure MB-FEDERATION-OPEN when a server that is on no list is let in, or nobody could tell. */
export const checkShutOut = async ({ mode }: ChangeOf<'check-shut-out'>, tools: Tools): Promise<Outcome> => {
  tools.progress('asking as a server that is on no list');
  const shutOut = await tools.operator.isStrangerShutOut(tools.signal);
  if (shutOut === true) return 'done';
  const fix = `See what a file in ${PATHS.confd} says of federation_domain_whitelist, and take it out; then run this again.`;
  throw new Failure({
    code: 'MB-FEDERATION-OPEN',
    what:
      shutOut === false
        ? 'Servers that are on no list are let in.'
        : 'Whether servers that are on no list are let in could not be told from here.',
    why: `The answers say federation: ${mode}. ${shutOut === false ? 'It was tried from outside, and not refused.' : 'The server gave no answer that means one or the other.'}`,
    fix: shutOut === false ? [fix] : ['Wait a minute, then run this again.', fix],
    safe: 'The server runs; its own configuration is as the answers want it.',
  });
};

/** Tries as a stranger would. @throws Failure MB-REGISTRATION-OPEN when that works, MB-REGISTRATION when nobody could tell. */
export const checkRegistration = async (
  { wanted }: ChangeOf<'check-registration'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress('trying to make an account without a token');
  const state = await tools.operator.tryToRegister((seen) => isAsWanted(seen, wanted), tools.signal);
  if (isAsWanted(state, wanted)) return 'done';
  throw new Failure(NOT_AS_WANTED[state]);
};

const CONFD = `See what a file in ${PATHS.confd} says of registration, and take it out.`;

const NOT_AS_WANTED: Readonly<Record<RegistrationState, FailureText>> = {
  open: {
    code: 'MB-REGISTRATION-OPEN',
    what: 'Anybody can make an account on this server without a token.',
    why: 'It was tried from outside, and worked.',
    fix: [CONFD, 'Then run this again; look for accounts that you do not know: matrix-bastion user list'],
    safe: 'Nothing was changed; the server is open to strangers until this is put right.',
  },
  closed: {
    code: 'MB-REGISTRATION',
    what: 'Registration is shut also to holders of a token.',
    why: 'The answers say registration: invite, and the server refuses everybody.',
    fix: [CONFD, 'Then run this again.'],
    safe: 'The server runs; nobody gets in who should not.',
  },
  token: {
    code: 'MB-REGISTRATION',
    what: 'Holders of a token can register, and the answers say registration: closed.',
    why: 'It was tried from outside.',
    fix: [CONFD, 'Then run this again; or, if that is meant, run it with --registration invite.'],
    safe: 'The server runs; without a token nobody gets in.',
  },
  unknown: {
    code: 'MB-REGISTRATION',
    what: 'Whether strangers can make accounts could not be told from here.',
    why: 'The server gave no answer that means one or the other; many tries from one address are slowed down.',
    fix: ['Wait a minute, then run this again.'],
    safe: 'The server runs; its configuration lets nobody in without a token.',
  },
};
