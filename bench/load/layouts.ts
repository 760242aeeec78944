import type { Tier } from '../../src/answers/answers.ts';

/** A box and a number of rooms, and the load that stands for them here. */
export interface Layout {
  readonly tier: Tier;
  readonly memoryGib: number;
  readonly vcpus: number;
  /** What the product is told, and how many rooms the load makes. */
  readonly rooms: number;
  readonly users: number;
  /** Members of each room. */
  readonly members: number;
  readonly messages: number;
  /** Clients that wait for news: so many with /v3/sync, as many with sliding sync. */
  readonly clients: number;
}

/** The tiers at the edge of what they are for. The load is a guess at a busy hour, as far as a small machine can make it. */
export const LAYOUTS: Readonly<Record<string, Layout>> = {
  garrison: {
    tier: 'garrison',
    memoryGib: 8,
    vcpus: 4,
    rooms: 20,
    users: 60,
    members: 15,
    messages: 1500,
    clients: 15,
  },
  ravelin: {
    tier: 'ravelin',
    memoryGib: 16,
    vcpus: 8,
    rooms: 120,
    users: 150,
    members: 10,
    messages: 2000,
    clients: 30,
  },
  bulwark: {
    tier: 'bulwark',
    memoryGib: 32,
    vcpus: 16,
    rooms: 1000,
    users: 200,
    members: 4,
    messages: 2000,
    clients: 40,
  },
};

/** A tenth of the load: for trying whether all of it runs, not for figures. */
export const short = (layout: Layout): Layout => ({
  ...layout,
  rooms: Math.min(layout.rooms, 20),
  users: 20,
  members: 5,
  messages: 100,
  clients: 5,
});
