import type { Box } from './box.ts';
import type { DatabaseBudget, ProcessBudget } from './budget.ts';
import { databaseDisk, diskNotes, forecast, systemDisk } from './disk.ts';
import { FLOOR_MIB, type TooSmall, tooSmall } from './floor.ts';
import { postgresLine, systemLine } from './lines.ts';
import { type LoadInput, loadOf } from './load.ts';
import { POSTGRES_CONNECTION_MIB } from './measured.ts';
import { postgresSettings } from './postgres.ts';
import { poolsOf } from './processes.ts';
import { postgresDemand } from './shares.ts';

export interface DatabaseSizingInput extends LoadInput {
  /** The machine that holds nothing but Postgres. */
  readonly box: Box;
  /** The processes of the other machine, whose pools connect here. */
  readonly processes: readonly Pick<ProcessBudget, 'poolMax'>[];
}

/** A plan, or the reason why there is none. */
export type DatabaseSizing = { readonly ok: true; readonly budget: DatabaseBudget } | TooSmall;

/** The system's part: as on the other box, 250 MiB and 2 % for the kernel. Guess. */
const SYSTEM_MIB = 250;
const SYSTEM_PART = 0.02;
/** The part of what is left that is Postgres's; the rest is page cache for dumps and backups. Guess. */
const POSTGRES_PART = 0.9;
/** Postgres's own processes and the least of shared buffers and maintenance, in MiB. Guess. */
const POSTGRES_LEAST_MIB = 128;

/** MiB of box in which the pools' connections fit. */
const floorFor = (pools: number): number => {
  const share = POSTGRES_LEAST_MIB + POSTGRES_CONNECTION_MIB * pools;
  return Math.max(FLOOR_MIB, Math.ceil((share / POSTGRES_PART + SYSTEM_MIB) / (1 - SYSTEM_PART)));
};

/** Divides the machine that holds only the database. Pure; never throws: a box below the floor is a result. */
export function databaseBudgetFor({ box, processes, ...input }: DatabaseSizingInput): DatabaseSizing {
  const load = loadOf(input);
  const memory = Math.floor(box.memoryMib);
  const pools = poolsOf(processes);
  const floor = floorFor(pools);
  if (memory < floor) {
    return tooSmall(
      memory,
      floor,
      `Below that the system, Postgres and the ${pools} connections of Synapse's processes do not fit together.`,
    );
  }
  const system = SYSTEM_MIB + memory * SYSTEM_PART;
  const share = Math.floor((memory - system) * POSTGRES_PART);
  const postgres = postgresSettings({ mib: share, pools, vcpus: box.vcpus, diskGib: box.diskGib });
  const wanted = postgresDemand(load);
  const lines = [systemLine(Math.floor(system)), postgresLine(share)];
  const planned = lines.reduce((sum, { mib }) => sum + mib, 0);
  return {
    ok: true,
    budget: {
      box: memory,
      vcpus: box.vcpus,
      lines: [
        ...lines,
        {
          part: 'free',
          what: 'Page cache, not planned',
          mib: memory - planned,
          reason: 'Linux caches files in it; dumps go through it without pushing out what Postgres reads',
          source: 'the box less the lines above',
        },
      ],
      postgres,
      notes: [
        ...(wanted > share
          ? [
              `${load.work} rooms ask for some ${wanted} MiB for Postgres; this machine has ${share}. It works, and reads from disk more often.`,
            ]
          : []),
        ...diskNotes(forecast([systemDisk, ...databaseDisk(load, postgres)], box.diskGib)),
      ],
    },
  };
}
