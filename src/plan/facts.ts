import type { DatabaseLook } from '../database/seen.ts';
import type { HostFacts } from '../host/facts/index.ts';

export type { HostFacts };

/** What the DNS says of a name. */
interface NameFact {
  readonly a: readonly string[];
  readonly aaaa: readonly string[];
  /** Absent when at least one address was found. */
  readonly error?: string;
}

/** What TLS shows for a name on port 443, seen from the operator's machine. */
interface CertificateFact {
  /** Whether the chain and the name verify with the operator's trust roots. */
  readonly verified: boolean;
  readonly problem?: string;
}

/** What is seen from the operator's machine. */
export interface OutsideFacts {
  /** Unix seconds by the operator's clock. */
  readonly clock: number;
  /** Addresses that the SSH target's name resolves to; empty behind an SSH alias that DNS does not know. */
  readonly target: readonly string[];
  /** By name: the domain and the Matrix host. */
  readonly names: Readonly<Record<string, NameFact>>;
  /** By name; absent where nothing was looked at. */
  readonly certificates: Readonly<Record<string, CertificateFact>>;
  /** Verdict of the federation check, and whether the published well-known files are ours. */
  readonly federation?: { readonly verdict: 'green' | 'red' | 'unknown'; readonly seen: string };
  readonly wellKnownPublished: boolean;
}

/** The second machine, when the database gets one. */
export interface DatabaseBoxFacts {
  readonly host: HostFacts;
  /** How it is named to people: the SSH target. */
  readonly name: string;
  /** Address under which the first machine reaches it. */
  readonly reachedAs: string;
}

export interface Facts {
  readonly host: HostFacts;
  readonly outside: OutsideFacts;
  /** Absent with the database on the machine itself. */
  readonly database?: DatabaseLook;
  readonly databaseBox?: DatabaseBoxFacts;
}
