import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFile } from '../support/product.ts';
import { operator, type Vps } from '../world/index.ts';
import { MachineProcesses } from './machine-processes.ts';
import { jobOperations, operationsIn } from './operations.ts';
import { END, type Way } from './ways.ts';

/** A run of the program that is watched from both of its ends. */
export interface Watched {
  readonly vps: Vps;
  readonly domain: string;
  readonly argv: readonly string[];
}

export interface Over {
  /** undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly text: string;
  /** In the order in which they were seen. */
  readonly operations: readonly string[];
  /** Where it was ended; more than once when it went on by itself after its shell was killed. */
  readonly endedAt: readonly string[];
}

/** No run of the world takes longer, on however busy a computer. */
const PATIENCE_MS = 10 * 60_000;
/** How long the script of an operation may take to begin on the machine; some have none. */
const BEGINS_WITHIN_MS = 400;
const LOOK_EVERY_MS = 4;

/** The logs of a domain's runs, by path. */
const logs = (domain: string): Readonly<Record<string, Buffer>> => {
  const folder = stateFile(domain, 'logs');
  try {
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  } catch {
    return {};
  }
};

/**
 * Runs the program to its end, or to the first of some operations: there it is ended as soon as the operation's script runs
 * on the machine. One that goes on by itself is ended at the next of them, too.
 */
export const watchedRun = async (
  { vps, domain, argv }: Watched,
  ending?: { readonly way: Way; readonly at: ReadonlySet<string> },
): Promise<Over> => {
  const inside = await MachineProcesses.of(vps);
  const jobsBefore = inside.jobs();
  // Two runs within a second share a log: what is new is what comes after.
  const before = logs(domain);
  const child = operator.spawn(argv, { stdin: 'ignore', all: true, reject: false, timeout: PATIENCE_MS });
  let isOver = false;
  const ended = child.then((result) => {
    isOver = true;
    return result;
  });
  const logNow = (): string =>
    Object.entries(logs(domain))
      .map(([name, bytes]) => bytes.subarray(before[name]?.length ?? 0).toString('utf8'))
      .join('');
  const seen = new Set<string>();
  const endedAt: string[] = [];
  /** Nothing more can come after it. */
  const isFinal = () => endedAt.length > 0 && ending?.way !== 'shell';
  for (let last = false; !last && !isFinal(); ) {
    // Asked before looking: what comes last must not be missed.
    last = isOver;
    for (const operation of [...operationsIn(logNow()), ...jobOperations(inside.saidSince(jobsBefore))]) {
      if (seen.has(operation)) continue;
      seen.add(operation);
      if (isOver || isFinal() || !ending?.at.has(operation)) continue;
      endedAt.push(operation);
      const until = Date.now() + BEGINS_WITHIN_MS;
      while (!inside.isBusy() && Date.now() < until) await sleep(1);
      END[ending.way]({ vps, inside, kill: () => child.kill('SIGKILL') });
    }
    if (!last && !isFinal()) await sleep(LOOK_EVERY_MS);
  }
  if (endedAt.length > 0 && ending?.way === 'power') {
    await vps.off();
    await vps.start();
  }
  const { exitCode, all } = await ended;
  return { exitCode, text: all, operations: [...seen], endedAt };
};
