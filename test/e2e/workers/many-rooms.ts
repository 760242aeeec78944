/**
 * One message in each of many rooms that two servers share, run where the operator is: two accounts as JSON on standard
 * input; prints the rooms once every message has arrived on the other side.
 */
import type { Account } from './accounts.ts';
import { Person, readInput } from './matrix.ts';

/** Less than what one person may create, and another join, in a row (`rc_room_creation`, `rc_joins.remote`). */
const ROOMS = 7;

const accounts = await readInput<Record<'alice' | 'bob', Account>>();
const [alice, bob] = [await Person.login(accounts.alice), await Person.login(accounts.bob)];
const suffix = Date.now().toString(36);

const rooms: string[] = [];
for (let number = 0; number < ROOMS; number += 1) {
  const alias = `many-${suffix}-${number}`;
  const { room_id } = await alice.ok('POST', '/createRoom', {
    preset: 'public_chat',
    room_alias_name: alias,
  });
  await bob.ok('POST', `/join/${encodeURIComponent(`#${alias}:${accounts.alice.domain}`)}`, {});
  rooms.push(room_id);
}
await bob.sync(0);
const missing = new Set(rooms);
await Promise.all(rooms.map((room) => alice.send(room, `to ${room}`)));
await bob.sees(`a message in each of ${ROOMS} rooms`, (sync) => {
  for (const room of rooms) {
    const events: { content?: { body?: string } }[] = sync.rooms?.join?.[room]?.timeline?.events ?? [];
    if (events.some(({ content }) => content?.body === `to ${room}`)) missing.delete(room);
  }
  return missing.size === 0;
});
console.log(JSON.stringify(rooms));
