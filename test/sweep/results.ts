import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Way, WORDS } from './ways.ts';

const FOLDER = fileURLToPath(new URL('../../coverage/sweep', import.meta.url));

export interface Result {
  readonly way: Way;
  readonly point: string;
  /** `not reached`: the run came to its end before it, what a job says being too fast to be met. */
  readonly outcome: 'converged' | 'not reached' | 'failed';
  readonly why?: string;
}

/** What came of each end so far: a file that a sweep goes on from. */
export class Results {
  readonly #file: string;

  constructor(name: string) {
    this.#file = join(FOLDER, `${name}.jsonl`);
    mkdirSync(dirname(this.#file), { recursive: true });
  }

  all(): readonly Result[] {
    try {
      const lines = readFileSync(this.#file, 'utf8').split('\n').filter(Boolean);
      // The last word on a point counts.
      const byPoint = new Map(
        lines.map((line) => JSON.parse(line) as Result).map((one) => [`${one.way} ${one.point}`, one]),
      );
      return [...byPoint.values()];
    } catch {
      return [];
    }
  }

  /** Points of a way that have not come out well yet. */
  left(way: Way, points: readonly string[]): string[] {
    const done = this.all().filter((one) => one.way === way && one.outcome !== 'failed');
    return points.filter((point) => !done.some((one) => one.point === point));
  }

  add(result: Result): void {
    appendFileSync(this.#file, `${JSON.stringify(result)}\n`);
    const { way, point, outcome, why } = result;
    console.log(`${way}  ${outcome}  ${point}${why === undefined ? '' : `\n${why}`}`);
  }

  forget(): void {
    rmSync(this.#file, { force: true });
  }

  /** What every run of a sweep is compared with, and what it needs to go on. */
  keep(name: string, value: unknown): void {
    writeFileSync(`${this.#file}.${name}`, JSON.stringify(value, undefined, 2));
  }

  kept<T>(name: string): T | undefined {
    try {
      return JSON.parse(readFileSync(`${this.#file}.${name}`, 'utf8')) as T;
    } catch {
      return undefined;
    }
  }
}

/** One row for each way. */
export const summary = (results: readonly Result[], ways: readonly Way[]): string => {
  const count = (way: Way, outcome: Result['outcome']) =>
    results.filter((one) => one.way === way && one.outcome === outcome).length;
  return [
    '| way | ended | converged | failed | not reached |',
    '| --- | --- | --- | --- | --- |',
    ...ways.map((way) => {
      const [good, bad] = [count(way, 'converged'), count(way, 'failed')];
      return `| ${WORDS[way]} | ${good + bad} | ${good} | ${bad} | ${count(way, 'not reached')} |`;
    }),
  ].join('\n');
};
