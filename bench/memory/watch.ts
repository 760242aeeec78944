import type { Vps } from '../../test/world/index.ts';
import { percentile } from '../load/statistics.ts';
import { type Usages, usages } from './processes.ts';

const EVERY_MS = 3000;

export interface Phase {
  readonly name: string;
  readonly samples: Usages[];
}

/** Looks at a machine's processes again and again, and keeps the looks apart by what was going on. */
export class Watch {
  readonly phases: Phase[] = [];
  readonly #vps: Vps;

  constructor(vps: Vps) {
    this.#vps = vps;
  }

  /** Looks while the work is under way, and once at its end. */
  async during<T>(name: string, work: () => Promise<T>): Promise<T> {
    const phase: Phase = { name, samples: [] };
    this.phases.push(phase);
    const begun = performance.now();
    let done = false;
    const looking = (async () => {
      while (!done) {
        phase.samples.push(await usages(this.#vps));
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    })();
    try {
      return await work();
    } finally {
      done = true;
      await looking;
      phase.samples.push(await usages(this.#vps));
      console.error(`  ${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
    }
  }
}

const mibOf = (samples: readonly Usages[], group: string): number[] =>
  samples.map((sample) => sample[group]?.mib ?? 0);

export interface Measured {
  /** MiB before any load. */
  readonly idle: number;
  /** Median of all looks under load. */
  readonly load: number;
  /** The most that was seen, and the kernel's own high-water mark of the largest process. */
  readonly peak: number;
  /** The most that was seen in each phase. */
  readonly phases: Readonly<Record<string, number>>;
}

/** The first phase is the idle one. */
export function measuredOf(phases: readonly Phase[], group: string): Measured {
  const [idle, ...loaded] = phases;
  const tops = phases.map(
    ({ name, samples }) => [name, Math.ceil(Math.max(0, ...mibOf(samples, group)))] as const,
  );
  const last = loaded.at(-1)?.samples.at(-1)?.[group];
  return {
    idle: percentile(mibOf(idle?.samples ?? [], group), 0.5),
    load: percentile(
      loaded.flatMap(({ samples }) => mibOf(samples, group)),
      0.5,
    ),
    peak: Math.max(...tops.map(([, mib]) => mib), last?.highWater ?? 0),
    phases: Object.fromEntries(tops),
  };
}
