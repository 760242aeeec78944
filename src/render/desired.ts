import type { Answers } from '../answers/answers.ts';
import type { EditOutcome } from '../edits/hand-edits.ts';
import type { Release } from '../releases/release.ts';
import type { Budget } from '../sizing/budget.ts';
import type { DatabasePlace } from './database-place.ts';
import type { Account, Component, Service } from './layout.ts';
import type { SecretFile } from './secrets.ts';
import type { Edits } from './settled.ts';

/** All that rendering depends on. Pure data: the same input gives the same bytes. */
export interface RenderInput extends Edits {
  readonly answers: Answers;
  readonly budget: Budget;
  readonly release: Release;
  /** SHA-256 of the operator's conf.d as found on the host (`''` when empty): part of Synapse's config hash. */
  readonly confdDigest: string;
  /** Whether containers get IPv6 addresses, so that clients' true IPv6 addresses are seen. */
  readonly ipv6: boolean;
  /** Whether the apex (`domain`) points at this host, so that we publish the well-known files there ourselves. */
  readonly apexHere: boolean;
  /** Where the database is. */
  readonly database: DatabasePlace;
}

export interface RenderedFile {
  /** Absolute path on the host. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  readonly owner: Account;
  /** Group account when it is not the owner's own, for example root-owned files that Synapse reads. */
  readonly group?: Account;
  /** What this program renders, where a hand edit makes `content` another text. */
  readonly rendered?: string;
  /** What becomes of a hand edit. */
  readonly edit?: EditOutcome;
}

export interface RenderedDirectory {
  readonly path: string;
  readonly mode: number;
  readonly owner: Account;
  /** The operator's own folder: made when absent, and never touched when it is there, whatever its owner and mode. */
  readonly operators?: true;
}

/** The machine as it ought to be, but for what is born on it (secrets, signing key, image digests). */
export interface Desired {
  readonly directories: readonly RenderedDirectory[];
  readonly files: readonly RenderedFile[];
  /** Born on the machine; only where and whose they are. */
  readonly secrets: readonly SecretFile[];
  /** All services of compose.yaml. */
  readonly services: readonly Service[];
  /** Config hash per service; the same value is in the container's label. */
  readonly configHashes: Readonly<Partial<Record<Service, string>>>;
  /** What Caddy answers when it serves the Caddyfile of `files`. */
  readonly caddyfileDigest: string;
  /** `name:tag` per component. */
  readonly images: Readonly<Record<Component, string>>;
}
