import { expect } from 'vitest';
import { adminPassword, product } from '../../support/product.ts';
import type { Server } from '../life/server.ts';
import { Client } from './client.ts';

/** Two servers that federate: the one that commands are given to, and somebody else's. */
export interface Neighbours {
  readonly ours: Server;
  readonly theirs: Server;
}

export type TheNeighbours = () => Neighbours;

export const CLIENT = '/_matrix/client/v3';

/** A command as the operator types it, with the machine in the place of HOST. */
export const onHost = async ({ vps }: Server, words: readonly string[], code = 0) => {
  const line = words.map((word) => (word === 'HOST' ? `${vps.user}@${vps.ip}` : word));
  const run = await product([...line, '--host-key', vps.fingerprint, '--non-interactive']);
  expect(run.exitCode, run.all).toBe(code);
  return run;
};

export const administratorOf = (server: Server): Promise<Client> =>
  Client.logIn(server, 'admin', adminPassword(server.domain));

/** An answer that has to be 200. */
export const done = async (client: Client, method: string, path: string, body?: object) => {
  const answer = await client.ask(method, path, body);
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBe(200);
  return answer.body;
};

/** A room that others are asked into, and come. @returns its id */
export const roomOf = async (
  host: Client,
  creation: object,
  guests: readonly Client[],
  via: string,
): Promise<string> => {
  const invite = guests.map(({ userId }) => userId);
  const made = await done(host, 'POST', `${CLIENT}/createRoom`, {
    preset: 'private_chat',
    ...creation,
    invite,
  });
  const roomId = String(made.room_id);
  for (const guest of guests)
    await done(guest, 'POST', `${CLIENT}/join/${encodeURIComponent(roomId)}?server_name=${via}`, {});
  return roomId;
};

export const inRoom = (roomId: string, path: string): string =>
  `${CLIENT}/rooms/${encodeURIComponent(roomId)}${path}`;

let number = 0;

/** Says something in the clear. */
export const say = async (client: Client, roomId: string, body: string): Promise<number> => {
  number += 1;
  const path = inRoom(roomId, `/send/m.room.message/neighbours-${number}`);
  return (await client.ask('PUT', path, { msgtype: 'm.text', body })).status;
};

/** What was said in a room, as somebody in it sees it. */
export const heard = async (client: Client, roomId: string): Promise<readonly string[]> => {
  const { body } = await client.ask('GET', inRoom(roomId, '/messages?dir=b&limit=50'));
  const chunk = (body.chunk ?? []) as readonly { readonly content: { readonly body?: unknown } }[];
  return chunk.map(({ content }) => String(content.body ?? ''));
};

export const stateIn = async (client: Client, roomId: string, type: string) =>
  (await client.ask('GET', inRoom(roomId, `/state/${type}`))).body;

/** How long an event may take from one server to the other, also when that one waits before it tries again. */
export const ARRIVES = { timeout: 90_000, interval: 1000 };
