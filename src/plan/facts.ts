import type { BackupFacts } from '../backup/seen.ts';
import type { DatabaseLook } from '../database/seen.ts';
import type { HostFacts } from '../host/facts/index.ts';
import type { Surroundings } from '../host/facts/surroundings.ts';
import type { CutOff } from '../people/cut-off.ts';
import type { RegistrationState } from '../people/registration.ts';

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
  readonly federation?: {
    readonly verdict: 'green' | 'red' | 'unknown';
    readonly seen: string;
    /** Signing keys that it answered with: key id → unpadded base64. */
    readonly keys?: Readonly<Record<string, string>>;
  };
  /** Signing keys that an earlier run saw this server with, by the operator's own record. */
  readonly recordedKeys?: Readonly<Record<string, string>>;
  readonly wellKnownPublished: boolean;
  /** What a stranger's try to make an account came to; absent where nothing was tried. */
  readonly registration?: RegistrationState;
  /** Whether a server that is on no list was refused; absent where federation is open, or nobody could tell. */
  readonly shutOut?: boolean;
  /**
   * Why the Matrix host does not answer as a homeserver through somebody's own proxy, in a few words; '' when it does. Absent
   * without such a proxy: then nothing looks.
   */
  readonly throughProxy?: string;
}

/** One property of a CAA record (RFC 8659, 4.1): `{ critical: false, tag: 'issue', value: 'letsencrypt.org' }`. */
export interface CaaProperty {
  readonly critical: boolean;
  /** In small letters. */
  readonly tag: string;
  readonly value: string;
}

/** The relevant CAA records of a name: its own, or those of the nearest name above that has some. */
export interface CaaFact {
  /** Where they are; absent when there are none. */
  readonly at?: string;
  readonly properties: readonly CaaProperty[];
  /** Name servers that failed on the way: what they would have said is not known. */
  readonly error?: 'SERVFAIL' | 'TIMEOUT';
}

/** What came back from the operator's request to one address and port, while the machine answered there with a token. */
export interface ReachFact {
  readonly address: string;
  readonly port: number;
  /**
   * `other`: somebody answered, without the token. `mute`: the connection was taken, and nothing came back. `silent`: not
   * even that. `no-route`: the operator's own network does not lead there.
   */
  readonly outcome: 'token' | 'other' | 'mute' | 'refused' | 'silent' | 'failed' | 'no-route';
  /** The `Server` header of the answer. */
  readonly server?: string;
}

/** What only a first installation looks at. */
export interface FirstLook {
  /** A reached server's HTTP Date minus the operator's clock, in seconds, and which server; absent when none told. */
  readonly thirdClock?: { readonly ahead: number; readonly of: string };
  /** By name that needs a certificate. */
  readonly caa: Readonly<Record<string, CaaFact>>;
  readonly surroundings: Surroundings;
  /** Of the second machine, when there is one. */
  readonly databaseBox?: Surroundings;
  /** Ports on which the machine answered for the look; the others were taken, or nothing there can answer. */
  readonly answered: readonly number[];
  /** Why nothing was asked at all, in a few words; absent when something was. */
  readonly notAsked?: string;
  readonly reach: readonly ReachFact[];
}

/** What only an upgrade of Synapse looks at; sizes in bytes. */
export interface UpgradeLook {
  /** What a backup before it would hold and where it would go. */
  readonly backup: BackupFacts;
  /** What the new image is expected to take: as much as the present one; 0 when it is there already. */
  readonly image: number;
  /** Free where Docker keeps images. */
  readonly dockerFree: number;
  /** Whether images and backups lie on one file system. */
  readonly oneDisk: boolean;
  /** Free where the tool keeps its state. */
  readonly stateFree: number;
  /** Memory that new programs can have: MemAvailable of /proc/meminfo. */
  readonly memoryFree: number;
  /** Of a database that is not on the machine; absent for one that is, which the facts tell about. */
  readonly elsewhere?: SchemaSeen;
}

/** What Synapse's database says about its schema. */
export interface SchemaSeen {
  /** The least SCHEMA_VERSION of a Synapse that can run on it; undefined when it does not tell. */
  readonly compat?: number;
  /** Background updates of Synapse that are not done yet. */
  readonly backgroundUpdates: number;
}

/** What only a move of the database to another Postgres looks at; sizes in bytes. */
export interface MoveLook {
  /** What the new image is expected to take: as much as the present one; 0 when it is there already. */
  readonly image: number;
  /** The database's folder without its log of changes. */
  readonly data: number;
  /** Tables without their indexes, which a dump does not hold. */
  readonly tables: number;
  /** Free where the database is. */
  readonly free: number;
  /** Whether images and the database lie on one file system. */
  readonly oneDisk: boolean;
  /** A trial dump into nowhere; absent when Postgres did not answer. `whole`: it came to its end before it was cut off. */
  readonly dumped?: { readonly bytes: number; readonly seconds: number; readonly whole: boolean };
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
  /** Absent on a later run. */
  readonly first?: FirstLook;
  /** Absent unless Synapse is to be upgraded. */
  readonly upgrade?: UpgradeLook;
  /** Absent unless the database is to be moved to another Postgres. */
  readonly move?: MoveLook;
  /** Absent unless federation is to be narrowed. `seen` is absent when the database could not be asked. */
  readonly narrowing?: { readonly seen?: CutOff };
}
