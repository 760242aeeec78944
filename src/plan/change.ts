import type { DatabaseNeeds } from '../database/judge.ts';
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
  | { readonly kind: 'repair-owners'; readonly entries: readonly OwnerRepair[] }
  | { readonly kind: 'create-secrets'; readonly paths: readonly string[] }
  | { readonly kind: 'pull-images'; readonly images: Readonly<Partial<Record<Component, string>>> }
  | { readonly kind: 'create-signing-key'; readonly serverName: string }
  | { readonly kind: 'write-files'; readonly files: readonly RenderedFile[] }
  | {
      readonly kind: 'write-synapse-config';
      readonly files: readonly RenderedFile[];
      readonly digest: string;
      /** Files of ours that no process reads any more. */
      readonly obsolete: readonly string[];
    }
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
  | { readonly kind: 'await-well-known'; readonly domain: string; readonly published: boolean }
  // Step 5 and 6
  | { readonly kind: 'check-federation'; readonly domain: string; readonly mark: string }
  | { readonly kind: 'create-admin'; readonly userId: string; readonly localpart: string }
  | { readonly kind: 'prove-admin-login'; readonly userId: string; readonly localpart: string };

export type ChangeKind = Change['kind'];
export type ChangeOf<K extends ChangeKind> = Extract<Change, { kind: K }>;

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
