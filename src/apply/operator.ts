import type { RegistrationState } from '../people/registration.ts';
import type { AptRepository } from '../plan/change.ts';
import type { Outcome } from './tools.ts';

/** What happens on the operator's side of a run: looking from outside, and the administrator's password. */
export interface Operator {
  /** Milliseconds that the operator is ready to wait for the DNS or another website; 0 for not at all. */
  readonly wait: number;
  awaitCertificate(name: string, limit: number, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Until the Matrix host answers through somebody's own proxy; else what is to be written there.
   * @param apexHere whether the proxy answers for the domain as well
   */
  awaitProxy(apexHere: boolean, limit: number, signal: AbortSignal): Promise<Outcome>;
  awaitWellKnown(limit: number, signal: AbortSignal): Promise<Outcome>;
  /** Judges from here and from the machine itself, where `runOnHost` runs a script and returns its output. */
  checkFederation(
    apexHere: boolean,
    runOnHost: (script: string) => Promise<string>,
    signal: AbortSignal,
  ): Promise<Outcome>;
  /** Whether a server that is on no list is refused; looked at again for a while when it is not. Undefined: nobody could tell. */
  isStrangerShutOut(signal: AbortSignal): Promise<boolean | undefined>;
  /** What a stranger's try to make an account comes to; looked at again for a while when that is not as wanted. */
  tryToRegister(
    isWanted: (state: RegistrationState) => boolean,
    signal: AbortSignal,
  ): Promise<RegistrationState>;
  /**
   * The packets of a repository's key that was fetched by the machine, when its fingerprint is the expected one.
   * @throws Refusal MB-DOCKER-KEY.
   */
  judgeKey(file: Uint8Array, repository: AptRepository): Uint8Array;
  /** The password for a new administrator: given, or made and kept in a 0600 file before it is used. */
  adminPassword(userId: string): Promise<string>;
  /** Logs in over the public address with exactly this password, then logs out. Throws a Failure. */
  proveLogin(localpart: string, password: string, signal: AbortSignal): Promise<void>;
}
