import type { PostgresMove } from './postgres.ts';

/** What the machine keeps of its last upgrade, in state/upgrade/record. */
export interface UpgradeRecord {
  /**
   * Under way: `switching`, `reverting` (the new version did not come up), `returning` (being taken back by hand). Ended:
   * `done`, `reverted`, `rolled-back` (by hand).
   */
  readonly state: 'switching' | 'reverting' | 'returning' | 'done' | 'reverted' | 'rolled-back';
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
  /**
   * Whether a login, a message and a sync worked before and were asked for after: `yes`, or `no` with why they did not work
   * before. Absent in records of earlier versions.
   */
  readonly person?: string;
}

const UNDER_WAY: readonly string[] = ['switching', 'reverting', 'returning'];
const STATES: readonly string[] = [...UNDER_WAY, 'done', 'reverted', 'rolled-back'];

/** Neither ended nor taken back. */
export const isUnderWay = ({ state }: UpgradeRecord): boolean => UNDER_WAY.includes(state);

/** Understands `state/upgrade/record`, which templates/scripts/upgrade.sh writes; undefined when there was none. */
export const readUpgradeRecord = (text: string): UpgradeRecord | undefined => {
  const [
    state = '',
    from = '',
    to = '',
    schema,
    backup = '',
    at = '',
    seconds,
    fromMajor,
    toMajor,
    person = '',
  ] = text.trim().split('\t');
  if (!STATES.includes(state) || from === '' || to === '' || !/^\d+$/.test(schema ?? '')) return undefined;
  const [old, next] = [Number(fromMajor), Number(toMajor)];
  return {
    state: state as UpgradeRecord['state'],
    from,
    to,
    schema: Number(schema),
    backup: backup === '-' ? '' : backup,
    at,
    seconds: Number(seconds ?? 0),
    ...(old && next && { postgres: { from: old, to: next } }),
    ...(person === '' ? {} : { person }),
  };
};
