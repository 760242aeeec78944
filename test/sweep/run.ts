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
  /** Where it was ended; undefined when it came to its own end before. */
  readonly endedAt?: string;
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
 * Runs the program to its end, or to the first of some operations: there it is ended, by `end`, as soon as the
 * operation's script runs on the machine. `onOperation` sees each as it begins, with the program's process.
 */
export const watchedRun = async (
  { vps, domain, argv }: Watched,
  ending?: { readonly way: Way; readonly at: ReadonlySet<string> },
  onOperation: (operation: string, pid: number) => Promise<void> = async () => {},
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
  let endedAt: string | undefined;
  for (let last = false; !last && endedAt === undefined; ) {
    // Asked before looking: what comes last must not be missed.
    last = isOver;
    for (const operation of [...operationsIn(logNow()), ...jobOperations(inside.saidSince(jobsBefore))]) {
      if (seen.has(operation)) continue;
      seen.add(operation);
      await onOperation(operation, child.pid ?? 0);
      if (endedAt === undefined && !isOver && ending?.at.has(operation)) {
        endedAt = operation;
        const until = Date.now() + BEGINS_WITHIN_MS;
        while (!inside.isBusy() && Date.now() < until) await sleep(1);
        END[ending.way]({ vps, inside, kill: () => child.kill('SIGKILL') });
      }
    }
    if (!last && endedAt === undefined) await sleep(LOOK_EVERY_MS);
  }
  if (endedAt !== undefined && ending?.way === 'power') {
    await vps.off();
    await vps.start();
  }
  const { exitCode, all } = await ended;
  return { exitCode, text: all, operations: [...seen], ...(endedAt !== undefined && { endedAt }) };
};
