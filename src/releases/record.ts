import type { PostgresMove } from './postgres.ts';

/** What the machine keeps of its last upgrade, in state/upgrade/record. */
export interface UpgradeRecord {
  /**
   * `switching`: begun, and neither ended nor taken back; `done`; `reverted`: the new version did not come up;
   * `returning`: being taken back by hand; `rolled-back`: taken back by hand.
   */
  readonly state: 'switching' | 'done' | 'reverted' | 'returning' | 'rolled-back';
  /** Synapse's versions, without `v`. */
  readonly from: string;
  readonly to: string;
  /** SCHEMA_VERSION of `from`. */
  readonly schema: number;
  /** Path of the backup that was made and proved before; empty when there is none. */
  readonly backup: string;
  /** By the machine's clock, `2026-01-31T12:00:00Z`: when this state began. */
  readonly at: string;
  /** Seconds without a main process that answers. */
  readonly seconds: number;
  /** Absent where Postgres's major version stayed the same. */
  readonly postgres?: PostgresMove;
}

const STATES: readonly string[] = ['switching', 'done', 'reverted', 'returning', 'rolled-back'];

/** Understands `state/upgrade/record`, which templates/scripts/upgrade.sh writes; undefined when there was none. */
export const readUpgradeRecord = (text: string): UpgradeRecord | undefined => {
  const [state = '', from = '', to = '', schema, backup = '', at = '', seconds, ...majors] = text
    .trim()
    .split('\t');
  if (!STATES.includes(state) || from === '' || to === '' || !/^\d+$/.test(schema ?? '')) return undefined;
  const [old, next] = majors.map(Number);
  return {
    state: state as UpgradeRecord['state'],
    from,
    to,
    schema: Number(schema),
    backup: backup === '-' ? '' : backup,
    at,
    seconds: Number(seconds ?? 0),
    ...(old && next && { postgres: { from: old, to: next } }),
  };
};
