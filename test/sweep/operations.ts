/** A change as a run's log announces it before it is made; what ran on the machine for it comes after. */
const CHANGE = /^(?:docker|homeserver|database|well-known|federation|admin): .+/;
const ENTRY = /^\d{4}-\d\d-\d\dT[\d:.]+Z /m;

/** What comes before the first change: the lock is taken and held. */
const BEGIN = 'the lock';

/**
 * The operations that a run's log has, in order: each change as it begins, `docker: …`, and each script, put and job
 * that ran for it, `docker: … (1 ran)`.
 */
export const operationsIn = (log: string): string[] => {
  const found: string[] = [];
  const times = new Map<string, number>();
  let change = BEGIN;
  for (const entry of log.split(ENTRY).slice(1)) {
    const [line = ''] = entry.split('\n', 1);
    if (CHANGE.test(line)) {
      change = line;
      found.push(change);
    } else if (line.startsWith('ran, exit status ')) {
      const time = (times.get(change) ?? 0) + 1;
      times.set(change, time);
      found.push(`${change} (${time} ran)`);
    }
  }
  return found;
};

/** How far a download is, what was fetched, what has the time in it: another line each time. */
const VARIES = /^(?:\d+ %|Get:|Hit:|Ign:|Fetched |\(Reading |\d{4}-\d\d-\d\d |backend> )/;

/** What other programs say in a job: the phases that they come through, without to which of a hundred packages or layers. */
const PHASES: Readonly<Record<string, RegExp>> = {
  apt: /^(?:Selecting|Preparing|Unpacking|Setting up|Processing|Created symlink|Reading|Building|Need)/,
  pull: /^(?:pulling|pulled) /,
  'create-database': /^(?:The files belonging|running bootstrap script|syncing data)/,
};

/** What a job says, as `job NAME: line`, or `job NAME: phase`. @param logs by the name of the job */
export const jobOperations = (logs: Readonly<Record<string, string>>): string[] => {
  const said = Object.entries(logs).flatMap(([job, log]) => {
    const phases = PHASES[job];
    return (
      log
        .split('\n')
        // The last one is not whole yet.
        .slice(0, -1)
        .filter((line) => line !== '' && !VARIES.test(line) && !/^(?:MB-|LOCK |\| )/.test(line))
        .map((line) => (phases === undefined ? line : phases.exec(line)?.[0]))
        .filter((line) => line !== undefined)
        .map((line) => `job ${job}: ${line}`)
    );
  });
  return [...new Set(said)];
};

const RAN = / \(\d+ ran\)$/;

/**
 * Where a run is to be ended to meet every script: what ran last for a change is followed by the next change at once, so
 * that its end is no point of its own.
 */
export const points = (operations: readonly string[]): string[] =>
  operations.filter((operation, index) => {
    const next = operations.slice(index + 1).find((one) => !one.startsWith('job '));
    return !RAN.test(operation) || next?.replace(RAN, '') === operation.replace(RAN, '');
  });
