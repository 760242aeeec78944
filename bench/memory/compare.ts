import type { Planned } from './planned.ts';
import { measuredOf, type Phase } from './watch.ts';

export type Covered = 'yes' | 'with the reserve' | 'no';

/** MiB throughout. */
interface Usage {
  readonly planned: number;
  /** Who may use the reserve for a short while. */
  readonly mayBurst: boolean;
  readonly load: number;
  readonly peak: number;
}

export interface Row extends Usage {
  readonly what: string;
  readonly idle: number;
  /** The most in each phase of the load. */
  readonly phases: Readonly<Record<string, number>>;
  readonly covered: Covered;
}

/**
 * Whether the plan covers what was measured. A peak above its line is covered by the reserve only when all such
 * peaks together fit into it, as if they came at the same moment; what is always in use is no burst.
 */
export function coveredBy(lines: readonly Usage[], reserve: number): Covered[] {
  const bursts = lines
    .filter(({ mayBurst }) => mayBurst)
    .reduce((sum, { peak, planned }) => sum + Math.max(0, peak - planned), 0);
  return lines.map(({ planned, mayBurst, load, peak }) => {
    if (peak <= planned) return 'yes';
    return mayBurst && load <= planned && bursts <= reserve ? 'with the reserve' : 'no';
  });
}

/** Planned beside measured, line by line. */
export function compare({ lines, reserve }: Planned, phases: readonly Phase[]): Row[] {
  const measured = lines.map(({ what, group, mib, mayBurst }) => {
    const { idle, load, peak, phases: tops } = measuredOf(phases, group);
    return {
      ...{ what, planned: mib, mayBurst, phases: tops },
      ...{ idle: Math.ceil(idle), load: Math.ceil(load), peak: Math.ceil(peak) },
    };
  });
  const covered = coveredBy(measured, reserve);
  return measured.map((row, index) => ({ ...row, covered: covered[index] ?? 'no' }));
}
