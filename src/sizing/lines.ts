import type { BudgetLine, ProcessBudget, Role } from './budget.ts';
import type { Load } from './load.ts';
import { CADDY_IDLE_MIB, MAIN_IDLE_MIB, WORKER_IDLE_MIB } from './measured.ts';
import { type DatabasePlace, joinBurst, type Shares } from './shares.ts';

/** The command that repeats it; the figures stand in the document. */
const MEASURED = 'measured: npm run bench -- memory (docs/sizing.md)';

/** What a role keeps in memory, for the budget's line. */
const KEEPS: Readonly<Record<Exclude<Role, 'main'>, string>> = {
  federation_sender: 'queues of what other servers have still to get, and few caches',
  sync: 'what clients ask for again and again: rooms, members, receipts; the most caches',
  event_persister: 'the state of the rooms that are written to',
  client_reader: 'room members, messages and devices that clients read',
  federation_reader: 'rooms and events that other servers read',
  media: 'pictures while their thumbnails are made, and hardly a cache',
  background: 'push rules and the user directory while it works through them',
  stream_writer: 'typing, receipts, presence, devices and the like that are on their way',
  federation_inbound: 'keys and room states to check what other servers send',
  event_creator: 'room states and members to check what users send',
};

const processLine = ({ name, role, mib }: ProcessBudget, workers: boolean): BudgetLine => {
  const line = { part: 'synapse', what: `Synapse: ${name}`, mib } as const;
  if (role !== 'main')
    return {
      ...line,
      reason: `${WORKER_IDLE_MIB} MiB idle; ${KEEPS[role]}`,
      source: `${MEASURED}; its part of the caches is a guess`,
    };
  return workers
    ? {
        ...line,
        reason: `${MAIN_IDLE_MIB} MiB idle; the rest is caches for what no other process has taken over`,
        source: `${MEASURED}; its part of the caches is a guess`,
      }
    : {
        ...line,
        reason: `${MAIN_IDLE_MIB} MiB idle, 0.8 to 1.5 GiB on an active federated server; the rest is caches`,
        source: `${MEASURED}; growth with rooms is a guess`,
      };
};

/** The shares as lines with reasons; the last line is what nobody is promised. Sums to `box`. */
export function linesOf(
  box: number,
  shares: Shares,
  processes: readonly ProcessBudget[],
  load: Load,
  database: DatabasePlace,
): BudgetLine[] {
  const planned: BudgetLine[] = [
    systemLine(shares.system),
    {
      part: 'caddy',
      what: 'Caddy',
      mib: shares.caddy,
      reason: `${CADDY_IDLE_MIB} MiB idle, more with open connections`,
      source: `${MEASURED}; growth is a guess`,
    },
    {
      part: 'redis',
      what: 'Redis',
      mib: shares.redis,
      reason: 'passes messages and keeps no history, so it stays small',
      source: `${MEASURED}: 15 to 17 MiB; what a burst needs is a guess`,
    },
    ...(database === 'here' ? [postgresLine(shares.postgres)] : []),
    ...processes.map((process) => processLine(process, processes.length > 1)),
    {
      part: 'reserve',
      what: 'Reserve for joining large rooms',
      mib: shares.reserve,
      reason:
        load.largestRoom === 0
          ? 'resolving the state of a large room is a short, steep peak; without room for it the kernel kills Synapse'
          : `resolving the state of a room of ${load.largestRoom} members is a short peak of some ${Math.ceil(joinBurst(load.largestRoom))} MiB; without room for it the kernel kills Synapse`,
      source: 'guess',
    },
  ];
  return [
    ...planned,
    {
      part: 'free',
      what: 'Page cache, not planned',
      mib: box - planned.reduce((sum, { mib }) => sum + mib, 0),
      reason:
        database === 'here'
          ? 'Linux caches files in it; it helps Postgres and media, and it takes what a guess above missed'
          : 'Linux caches files in it; it helps media, and it takes what a guess above missed',
      source: 'the box less the lines above',
    },
  ];
}

/** The same lines with one for a moderation bot of that size, before what is reserved. */
export function withBot(lines: readonly BudgetLine[], mib: number): BudgetLine[] {
  if (mib === 0) return [...lines];
  const place = lines.findIndex(({ part }) => part === 'reserve');
  const line: BudgetLine = {
    part: 'moderation',
    what: 'Moderation bot',
    mib,
    reason: 'a program of Node with the policy lists that it watches in memory',
    source: 'measured by hand: 185 MiB with one short list (docs/decisions.md); growth is a guess',
  };
  return [...lines.slice(0, place), line, ...lines.slice(place)];
}

/** The system's line, the same on both kinds of box. */
export const systemLine = (mib: number): BudgetLine => ({
  part: 'system',
  what: 'Operating system and Docker',
  mib,
  reason: '250 MiB for systemd, sshd and the Docker daemon, and 2 % for the kernel',
  source: `${MEASURED}: 255 to 333 MiB in use; the kernel's part is a guess`,
});

/** Postgres's line, the same on both kinds of box. */
export const postgresLine = (mib: number): BudgetLine => ({
  part: 'postgres',
  what: 'Postgres',
  mib,
  reason:
    'a quarter of it as shared buffers, the rest for its connections and the page cache it reads through',
  source: 'pgtune, applied to this share and not to the box; the share itself is a guess',
});
