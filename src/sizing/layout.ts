import { count } from '../text/count.ts';
import type { Box } from './box.ts';
import type { Role } from './budget.ts';
import { FIRST_RUNG, hasWork, LADDER, type Rung, type WorkerRole } from './ladder.ts';
import type { Load } from './load.ts';
import { type Process, processesOf } from './processes.ts';

/** What each role takes over from the main process, for somebody who has never heard of a worker. */
const TAKES_OVER: Readonly<Record<WorkerRole, string>> = {
  federation_sender: 'sending what happens in the rooms to the other servers',
  sync: "answering the clients' standing question what is new (/sync), most of all requests",
  event_persister: 'writing messages and other events into the database',
  client_reader: 'answering what clients read: room members, older messages, device keys, logins',
  federation_reader: 'answering what other servers read: joins, missing messages, keys',
  media: 'taking and handing out files and pictures, and making thumbnails',
  background: 'sending push messages, keeping the user directory and the upkeep of the database',
  stream_writer: 'writing what is short-lived: typing, receipts, presence, messages between devices',
  federation_inbound: 'taking in what other servers send',
  event_creator: 'checking and creating the messages that users send',
};

const WORKER_ROLES = Object.keys(TAKES_OVER) as WorkerRole[];

const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** How the load is named: the rooms, or the users where they are what asks for more. */
const loadText = ({ rooms, users, work }: Load): string =>
  work > rooms
    ? `${users} users are as much work as ${count(work, 'room')} (guess) and`
    : count(rooms, 'room');

/** A box that gets no workers, however many rooms there are. */
const isSmall = ({ vcpus, memoryMib }: Box): boolean =>
  vcpus < FIRST_RUNG.vcpus || memoryMib < FIRST_RUNG.mib;

const COST = 'each one takes 100 MiB and more before it does anything, and adds a hop to every request';

/** Why there are as many processes as there are, in sentences. */
export function layoutText(load: Load, asked: readonly Rung[], carried: readonly Rung[], box: Box): string[] {
  const workers = processesOf(carried).filter(({ role }) => role !== 'main');
  return [
    ...(workers.length === 0 ? alone(load, asked, box) : together(load, carried, workers)),
    ...heldBack(load, asked, carried, box),
    ...closed(load),
  ];
}

function alone(load: Load, asked: readonly Rung[], box: Box): string[] {
  const first = 'Synapse runs as one process, which does everything.';
  if (isSmall(box)) {
    return [
      first,
      `That is right for this machine (${box.vcpus} vCPU, ${Math.floor(box.memoryMib)} MiB of RAM): further processes, called workers, pay from ${FIRST_RUNG.vcpus} vCPU and ${FIRST_RUNG.mib} MiB on. Below that they cost more than they bring: ${COST}, and that memory is better spent on the caches of one process.`,
      ...(box.vcpus > 1
        ? ['Its Python code uses one vCPU; Postgres, Caddy and the system use the others.']
        : []),
    ];
  }
  if (asked.length > 0) return [first];
  const [rung] = LADDER.filter(({ role }) => hasWork(role, load.federation));
  return [
    first,
    `That is right for ${count(load.rooms, 'room')}: one vCPU carries them, and further processes, called workers, cost memory: ${COST}. The first is worth it from about ${rung?.rooms} rooms on (guess).`,
  ];
}

function together(load: Load, carried: readonly Rung[], workers: readonly Process[]): string[] {
  const roles = [...new Set(workers.map(({ role }) => role as WorkerRole))];
  const left = WORKER_ROLES.filter((role) => !roles.includes(role) && hasWork(role, load.federation));
  return [
    `Synapse runs as ${workers.length + 1} processes: the main one and ${count(workers.length, 'worker')}. One process uses one vCPU for its Python code, and ${loadText(load)} keep more than one busy, so the workers take work off the main one.`,
    `main: the rest, such as administration and logging out${left.length === 0 ? '' : `; here also ${left.map((role) => TAKES_OVER[role]).join('; ')}`}.`,
    ...roles.map((role) =>
      workerText(
        role,
        workers.filter((worker) => worker.role === role).map(({ name }) => name),
        carried.filter((rung) => rung.role === role),
      ),
    ),
    'The counts of rooms are guesses, except about 100 and about 1000.',
  ];
}

/** `sync-1 and sync-2: …, shared between them. From 60 rooms on, one more from 500.` */
function workerText(role: WorkerRole, names: readonly string[], rungs: readonly Rung[]): string {
  const [first, ...more] = rungs.map(({ rooms }) => rooms);
  const who = names.length > 3 ? `${names[0]} to ${names.at(-1)}` : list(names);
  const shared = names.length > 1 ? ', shared between them' : '';
  const others = more.length > 0 ? `, one more from ${list(more.map(String))}` : '';
  return `${who}: ${TAKES_OVER[role]}${shared}. From ${first} rooms on${others}.`;
}

/** What the rooms ask for and the box does not carry. */
function heldBack(load: Load, asked: readonly Rung[], carried: readonly Rung[], box: Box): string[] {
  const missing = asked.slice(carried.length);
  const [next] = missing;
  if (next === undefined) return [];
  const last = missing.at(-1) ?? next;
  const needs = (rung: Rung) => `${rung.vcpus} vCPU and ${rung.mib} MiB of RAM`;
  const all = needs(next) === needs(last) ? '' : `; for all of them ${needs(last)}`;
  const roles = list([...new Set(missing.map(({ role }) => role))]);
  return [
    `${count(load.work, 'room')} ask for ${count(missing.length, 'more worker')} (${roles}). The machine holds them back: it has ${box.vcpus} vCPU and ${Math.floor(box.memoryMib)} MiB, and the next one needs ${needs(next)}${all}.`,
  ];
}

function closed({ federation }: Load): string[] {
  if (federation !== 'closed') return [];
  return [
    'Federation is closed: no worker for other servers is planned, because nothing is sent to them or taken from them.',
  ];
}

/** Roles whose processes keep a vCPU busy under load; the others mostly wait. Guess. */
const BUSY: readonly Role[] = [
  'main',
  'federation_sender',
  'sync',
  'event_persister',
  'client_reader',
  'federation_reader',
  'federation_inbound',
  'event_creator',
];

/** How many processes that the rooms ask for keep a vCPU busy, the main one included. */
export const busyProcesses = (asked: readonly Rung[]): number =>
  1 + asked.filter(({ role }) => BUSY.includes(role)).length;
