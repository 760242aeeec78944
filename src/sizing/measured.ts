import type { Role } from './budget.ts';

/**
 * The figures that measuring can correct, in one place. Each says where it comes from: `measured: <how>`, a
 * document, or `guess`. Everything else in this folder is arithmetic on them.
 */

/** MiB of the main process without load. Measured: `npm run bench -- memory`, idle. */
export const MAIN_IDLE_MIB = 126;

/** The same for a worker, whatever its role. */
export const WORKER_IDLE_MIB = 122;

/** MiB of Caddy without load. Measured: `npm run bench -- memory`, idle; 75 is the most with 80 clients. */
export const CADDY_IDLE_MIB = 57;

/**
 * MiB that a process takes beside its caches, requests in flight and the container's shim included: no process
 * gets less. Measured: `npm run bench -- memory`. `main` reached 373 MiB and `media`
 * 325 with pictures of 32 million pixels, which is Synapse's limit, and few caches; federation_sender reached 153,
 * federation_reader 131, stream_writer 155, background 166, federation_inbound 154. The others' peaks (sync 238, event_creator
 * 237, event_persister 216, client_reader 195) have the caches of 1000 rooms in them; without those they are guesses.
 */
export const WITHOUT_CACHES_MIB: Readonly<Record<Role, number>> = {
  main: 380,
  federation_sender: 160,
  sync: 200,
  event_persister: 180,
  client_reader: 180,
  federation_reader: 180,
  // Thumbnails are made in memory.
  media: 330,
  background: 180,
  stream_writer: 160,
  federation_inbound: 180,
  event_creator: 180,
};

/**
 * MiB that a worker should have where the box has them. Source: design notes on Synapse, "Caches and memory"
 * (inferred: sync 0.5–1 GB, readers and persisters 300–600 MB, senders and background 200–350 MB); `main` is
 * planned by MAIN_COMFORT_MIB.
 */
export const COMFORT_MIB: Readonly<Record<Exclude<Role, 'main'>, number>> = {
  federation_sender: 350,
  sync: 1024,
  event_persister: 600,
  client_reader: 600,
  federation_reader: 600,
  media: 350,
  background: 350,
  stream_writer: 350,
  federation_inbound: 600,
  event_creator: 600,
};

/** The same for the main process: 0.8–1.5 GB on an active federated server (inferred, same place). */
export const MAIN_COMFORT_MIB = 1536;

/**
 * How strongly a role uses its caches, relative to the others: its part of what is left once every process has
 * its floor. Whole numbers; what no worker has taken over counts for `main`. Media and senders hardly read
 * through caches. Source: guess after the same list.
 */
export const CACHE_WEIGHT: Readonly<Record<Role, number>> = {
  main: 4,
  federation_sender: 1,
  sync: 5,
  event_persister: 3,
  client_reader: 3,
  federation_reader: 3,
  media: 1,
  background: 2,
  stream_writer: 2,
  federation_inbound: 3,
  event_creator: 3,
};

/** Users for one step of weight: each step adds 2 to a sync worker's and 1 to a client reader's. Guess. */
export const USERS_PER_WEIGHT_STEP = 500;
/** Beyond this many steps the clients have the larger part already. Guess. */
export const WEIGHT_STEPS_LIMIT = 5;

/**
 * MiB of cache that `global_factor: 1` fills. Measured: `npm run bench -- memory --caches`: 769 MiB when all of
 * the 52 caches that held anything are full, as Synapse counts its objects; nearly half is the cache of room members by
 * state group. Few servers fill all of them.
 */
export const CACHE_MIB_PER_FACTOR = 800;

/** MiB of Synapse's caches that a room and a user ask for. Guesses. */
export const CACHE_MIB_PER_ROOM = 8;
export const CACHE_MIB_PER_USER = 1;

/** So many users are as much work as one room more. Guess: it decides only where users are many and rooms few. */
export const USERS_PER_ROOM = 10;

/**
 * MiB of Postgres's share: a part for itself, and one for each room, so that what is read often stays in memory;
 * beyond the limit no more is asked for. Guesses.
 */
export const POSTGRES_BASE_MIB = 512;
export const POSTGRES_MIB_PER_ROOM = 12;
export const POSTGRES_LIMIT_MIB = 256 * 1024;

/**
 * MiB for a Postgres connection in use: 5–10 MiB of backend beside the shared buffers. Guess, on the upper side
 * of what the wiki of Postgres reports for idle ones.
 */
export const POSTGRES_CONNECTION_MIB = 8;

/**
 * MiB while the state of a joined room is resolved: a part that is always there, and one for each member.
 * Source: design notes on Synapse, "Postgres" (complexity, which is state events / 500, counts more than users);
 * the figures are guesses.
 */
export const JOIN_BASE_MIB = 256;
export const JOIN_MIB_PER_MEMBER = 0.04;

/** MiB of a moderation bot: Draupnir 3.1.0 took 185 with a list of one rule (by hand, docs/decisions.md); the lists are a guess. */
export const BOT_MIB = 256;

/** GiB of the system with its packages, and of the images with one older set of them during an upgrade. Guesses. */
export const SYSTEM_GIB = 5;
export const IMAGES_GIB = 3;

/**
 * GiB of logs that Docker keeps for a service at most. Source: templates/compose.yaml, `logging`: 5 files of
 * 20 MB for Synapse's processes, 3 of 10 MB for the others.
 */
export const LOGS_SYNAPSE_GIB = 0.1;
export const LOGS_OTHER_GIB = 0.03;

/** GiB of database for an active federated room and year, and for each member of a large room that is joined. Guesses. */
export const DATABASE_GIB_PER_ROOM = 0.1;
export const DATABASE_GIB_PER_MEMBER = 0.00005;

/** GiB of media for a room and for a user and year; copies from other servers go after a month. Guesses. */
export const MEDIA_GIB_PER_ROOM = 0.1;
export const MEDIA_GIB_PER_USER = 0.2;
