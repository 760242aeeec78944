import { atLeast } from '../plan/version.ts';
import { type ReleaseChange, SYNAPSE_VERSIONS, type SynapseVersion } from './synapse.ts';

export interface PathRequest {
  /** Synapse's version that runs, without `v`. */
  readonly from: string;
  /** The one that is to run. */
  readonly to: string;
  /** Ids of changes that were acknowledged. */
  readonly accepted: readonly string[];
  /** `compat_version` of the database itself; absent: by the table, from the version that runs. */
  readonly databaseCompat?: number;
  /** Major version of the Postgres that it runs on; absent when that is not known. */
  readonly postgres?: number;
}

/** Whether and how one version may take the place of another. */
export type UpgradePath =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'upgrade';
      /** All that is new between the two, oldest first. */
      readonly changes: readonly ReleaseChange[];
      /** Whether the old version can run on the database of the new one: then going back is a change of images alone. */
      readonly reversible: boolean;
    }
  | {
      readonly kind: 'downgrade';
      /** Whether the older version can run on the database as it is. */
      readonly inWindow: boolean;
    }
  /** Nothing is known of the version that runs. `oldest` is the first one that is known. */
  | { readonly kind: 'unknown'; readonly oldest: string }
  /** Another version has to run before. */
  | { readonly kind: 'skip'; readonly nextStop: string }
  | { readonly kind: 'postgres'; readonly minimum: number }
  | { readonly kind: 'unacknowledged'; readonly changes: readonly ReleaseChange[] };

/** Whether a Synapse can run on a database: synapse/storage/prepare_database.py refuses a compat version above its own schema. */
export const runsOn = ({ schema }: Pick<SynapseVersion, 'schema'>, databaseCompat: number): boolean =>
  databaseCompat <= schema;

/**
 * The way from the version that runs to the wanted one. Pure.
 * @param known what is known, oldest first
 * @throws Error when nothing is known of the wanted version
 */
export const upgradePath = (
  { from, to, accepted, databaseCompat, postgres }: PathRequest,
  known: readonly SynapseVersion[] = SYNAPSE_VERSIONS,
): UpgradePath => {
  if (from === to) return { kind: 'same' };
  const target = known.find(({ version }) => version === to);
  if (target === undefined) throw new Error(`nothing is known of Synapse ${to}`);
  const current = known.find(({ version }) => version === from);

  if (atLeast(from, to)) {
    const compat = databaseCompat ?? current?.compat;
    return { kind: 'downgrade', inWindow: compat !== undefined && runsOn(target, compat) };
  }
  if (current === undefined) return { kind: 'unknown', oldest: known[0]?.version ?? to };

  const between = known.slice(known.indexOf(current) + 1, known.indexOf(target));
  const nextStop = stopBetween(current, between, target);
  if (nextStop !== undefined) return { kind: 'skip', nextStop };
  if (postgres !== undefined && postgres < target.minimumPostgres)
    return { kind: 'postgres', minimum: target.minimumPostgres };

  const changes = [...between, target].flatMap((version) => version.changes);
  const open = changes.filter(({ acknowledge, id }) => acknowledge && !accepted.includes(id));
  if (open.length > 0) return { kind: 'unacknowledged', changes: open };
  return { kind: 'upgrade', changes, reversible: runsOn(current, target.compat) };
};

/**
 * The version that has to run in between: one that upstream names, else the newest one from which there is a way back, if
 * there is none from the wanted one (docs/upgrade.md, "Upgrading from a very old version": step through each incompatible
 * schema).
 */
const stopBetween = (
  current: SynapseVersion,
  between: readonly SynapseVersion[],
  target: SynapseVersion,
): string | undefined => {
  const named = between.find(({ mustRun }) => mustRun);
  if (named !== undefined) return named.version;
  if (runsOn(current, target.compat)) return undefined;
  return between.findLast(({ schema, compat }) => schema > current.schema && runsOn(current, compat))
    ?.version;
};

/** SCHEMA_VERSION of a version of the table. */
export const schemaOf = (version: string): number => {
  const known = SYNAPSE_VERSIONS.find((candidate) => candidate.version === version);
  if (known === undefined) throw new Error(`nothing is known of Synapse ${version}`);
  return known.schema;
};
