import type { FederationMode, ModerationBot, RegistrationMode } from '../answers/answers.ts';
import type { BackupPlan, DatabaseWay } from '../backup/plan.ts';
import type { DatabaseNeeds } from '../database/judge.ts';
import type { PostgresMove } from '../releases/postgres.ts';
import type { DatabaseElsewhere } from '../render/database-place.ts';
import type { RenderedDirectory, RenderedFile } from '../render/desired.ts';
import type { Component, Service } from '../render/layout.ts';

/**
 * One thing that an apply does to the machine, as data. Each kind says what it is in `describeChange` and
 * is carried out by one function of apply/; both are tables that do not compile when a kind is missing.
 */
export type Change =
  // Step 1: Docker + Compose
  | { readonly kind: 'wait-for-cloud-init' }
  | { readonly kind: 'repair-dpkg' }
  | { readonly kind: 'keep-ipv6-route'; readonly devices: readonly string[] }
  | { readonly kind: 'docker-repository'; readonly repository: AptRepository }
  | { readonly kind: 'remove-docker-repository' }
  | { readonly kind: 'install-packages'; readonly packages: readonly string[] }
  | {
      readonly kind: 'docker-daemon-config';
      readonly content: string;
      readonly mode: number;
      readonly restart: boolean;
    }
  | { readonly kind: 'start-docker' }
  // Step 2: generate homeserver.yaml
  | { readonly kind: 'make-directories'; readonly directories: readonly RenderedDirectory[] }
  | { readonly kind: 'clear-leftovers'; readonly paths: readonly string[] }
  | { readonly kind: 'repair-owners'; readonly entries: readonly OwnerRepair[] }
  | { readonly kind: 'create-secrets'; readonly paths: readonly string[] }
  | { readonly kind: 'pull-images'; readonly images: Readonly<Partial<Record<Component, string>>> }
  | { readonly kind: 'create-signing-key'; readonly serverName: string }
  | { readonly kind: 'place-signing-key'; readonly serverName: string; readonly ids: readonly string[] }
  | { readonly kind: 'write-files'; readonly files: readonly RenderedFile[] }
  | { readonly kind: 'remove-files'; readonly paths: readonly string[] }
  | {
      readonly kind: 'write-synapse-config';
      readonly files: readonly RenderedFile[];
      readonly digest: string;
      /** Files of ours that no process reads any more. */
      readonly obsolete: readonly string[];
      /** What it takes away from people in rooms with other servers, in a few words; absent: nothing. */
      readonly cutsOff?: string;
    }
  // An upgrade of Synapse: prepared beside what runs (step 2), then put in its place (step 3)
  | { readonly kind: 'pull-release'; readonly images: Readonly<Partial<Record<Component, string>>> }
  | {
      readonly kind: 'stage-release';
      readonly synapse: string;
      readonly files: readonly RenderedFile[];
      readonly digest: string;
    }
  | { readonly kind: 'back-up'; readonly plan: BackupPlan }
  | { readonly kind: 'try-release'; readonly synapse: string; readonly database: DatabaseWay }
  | { readonly kind: 'switch-release'; readonly release: ReleaseSwitch }
  | { readonly kind: 'await-background-updates'; readonly database: DatabaseWay }
  // Steps 3 and 4: services
  | { readonly kind: 'create-database' }
  | { readonly kind: 'restore-data'; readonly file: string; readonly sha256: string }
  | { readonly kind: 'record-database'; readonly identity: string }
  | { readonly kind: 'start-services'; readonly services: readonly Service[]; readonly reason: string }
  | { readonly kind: 'stop-services'; readonly services: readonly Service[]; readonly reason: string }
  | { readonly kind: 'remove-services'; readonly services: readonly Service[] }
  | { readonly kind: 'await-healthy'; readonly services: readonly Service[] }
  | { readonly kind: 'set-database-password' }
  | { readonly kind: 'create-database-certificate'; readonly address: string }
  | { readonly kind: 'write-database-password'; readonly place: DatabaseElsewhere }
  | {
      readonly kind: 'check-database';
      readonly place: DatabaseElsewhere;
      readonly needs: DatabaseNeeds;
    }
  | { readonly kind: 'reload-caddy' }
  | { readonly kind: 'await-certificate'; readonly names: readonly string[] }
  | { readonly kind: 'await-proxy'; readonly matrixHost: string; readonly proxy: string }
  | { readonly kind: 'await-well-known'; readonly domain: string; readonly published: boolean }
  // Steps 5 and 6
  | { readonly kind: 'check-federation'; readonly domain: string; readonly mark: string }
  | { readonly kind: 'check-shut-out'; readonly mode: Exclude<FederationMode, 'open'> }
  | { readonly kind: 'check-registration'; readonly wanted: RegistrationMode }
  | { readonly kind: 'create-admin'; readonly userId: string; readonly localpart: string }
  | { readonly kind: 'prove-admin-login'; readonly userId: string; readonly localpart: string }
  | {
      readonly kind: 'create-moderation-bot';
      readonly bot: ModerationBot;
      readonly userId: string;
      /** Who is invited to command it. */
      readonly manager: string;
      /** It is there, and Synapse does not take its token any more; absent: it is not made yet. */
      readonly because?: 'refused';
    };

export type ChangeKind = Change['kind'];
export type ChangeOf<K extends ChangeKind> = Extract<Change, { kind: K }>;

/** One release in the place of another. */
export interface ReleaseSwitch {
  /** Synapse's versions, without `v`. */
  readonly from: string;
  readonly to: string;
  /** SCHEMA_VERSION of `from`. */
  readonly schema: number;
  /** Whether `from` can run on the database of `to`. */
  readonly reversible: boolean;
  /** Whether a backup was made just before. */
  readonly withBackup: boolean;
  /** Absent where Postgres's major version stays the same. */
  readonly postgres?: PostgresMove;
}

export interface AptRepository {
  readonly url: string;
  readonly keyUrl: string;
  /** 40 hex digits, upper case. */
  readonly fingerprint: string;
  readonly suite: string;
  readonly architecture: string;
}

export interface OwnerRepair {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}
