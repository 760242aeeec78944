import type { BudgetLine } from './budget.ts';

/**
 * How the box is divided. Every share grows with the box and with the rooms (or stays), so that more of either
 * never means less for anybody; the three ceilings sum to the rest of the box, so the sum always fits.
 */
export interface Shares {
  readonly system: number;
  readonly caddy: number;
  readonly redis: number;
  readonly reserve: number;
  readonly postgres: number;
  readonly synapse: number;
}

/** Ceilings as parts of what the fixed lines leave. They sum to 1. */
const CEILING = { synapse: 0.45, postgres: 0.4, reserve: 0.15 } as const;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Divides `box` MiB for `rooms` rooms; whole MiB, rounded down. */
export function sharesOf(box: number, rooms: number): Shares {
  const system = 250 + box * 0.02;
  const caddy = clamp(box / 64, 56, 256);
  const redis = clamp(box / 128, 16, 256);
  // Rounded only at the end: a rest of rounded lines would shrink by a MiB here and there as the box grows.
  const rest = box - system - caddy - redis;
  const synapseCeiling = Math.min(CEILING.synapse * rest, 8192);
  return {
    system: Math.floor(system),
    caddy: Math.floor(caddy),
    redis: Math.floor(redis),
    reserve: Math.floor(Math.min(CEILING.reserve * rest, 4096)),
    postgres: Math.floor(Math.min(CEILING.postgres * rest, Math.max(8192, 512 + 12 * rooms))),
    synapse: Math.floor(Math.min(synapseCeiling, Math.max(Math.min(0.3 * rest, 1536), 300 + 8 * rooms))),
  };
}

/** The shares as lines with reasons; the last line is what nobody is promised. Sums to `box`. */
export function linesOf(box: number, shares: Shares): BudgetLine[] {
  const planned = Object.values(shares).reduce((sum, mib) => sum + mib, 0);
  return [
    {
      what: 'Operating system and Docker',
      mib: shares.system,
      reason:
        '250 MiB for systemd, sshd, the Docker daemon and one shim per container, and 2 % for the kernel',
      source: 'guess',
    },
    {
      what: 'Caddy',
      mib: shares.caddy,
      reason: '52 MiB idle, more with open connections',
      source: 'measured: RSS from /proc, idle, one user; growth is a guess',
    },
    {
      what: 'Redis',
      mib: shares.redis,
      reason: 'passes messages and keeps no history, so it stays small',
      source: 'guess',
    },
    {
      what: 'Postgres',
      mib: shares.postgres,
      reason:
        'a quarter of it as shared buffers, the rest for its connections and the page cache it reads through',
      source: 'pgtune, applied to this share and not to the box; the share itself is a guess',
    },
    {
      what: 'Synapse (main)',
      mib: shares.synapse,
      reason: '129 MiB idle, 0.8 to 1.5 GiB on an active federated server; the rest is caches',
      source: 'measured: RSS from /proc, idle, one user, one room; growth with rooms is a guess',
    },
    {
      what: 'Reserve for joining large rooms',
      mib: shares.reserve,
      reason:
        'resolving the state of a large room is a short, steep peak; without room for it the kernel kills Synapse',
      source: 'guess',
    },
    {
      what: 'Page cache, not planned',
      mib: box - planned,
      reason: 'Linux caches files in it; it helps Postgres and media, and it takes what a guess above missed',
      source: 'the box less the lines above',
    },
  ];
}
