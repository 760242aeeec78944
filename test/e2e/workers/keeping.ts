/**
 * Somebody goes on with a device, a room and a sync that began under another layout of the server: run where the
 * operator is, what there was as JSON on standard input. Everything said before has to be there; one thing more is
 * said. Prints what there is now.
 */
import { Person, type Reply, readInput, type Session } from './matrix.ts';

export interface Kept {
  readonly session: Session;
  readonly room: string;
  /** Where the syncs have come to. */
  readonly since: string;
  /** What was said, oldest first. */
  readonly said: readonly string[];
  /** Address of a file. */
  readonly file: string;
}

const FILE = new TextEncoder().encode('a file that stays\n'.repeat(1000));

const insist = (holds: boolean, what: string, seen: unknown): void => {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(seen)}`);
};

const kept = await readInput<Kept | { readonly session: Session }>();
const person = new Person(kept.session, 'since' in kept ? { since: kept.since } : {});

const begin = async (): Promise<Pick<Kept, 'room' | 'said' | 'file'>> => {
  const { room_id } = await person.ok('POST', '/createRoom', { preset: 'private_chat' });
  await person.sync(0);
  return { room: room_id, said: [], file: await person.upload(FILE) };
};
const { room, said, file } = 'room' in kept ? kept : await begin();

const history = await person.ok('GET', `/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100`);
const bodies = (history.chunk as Reply['body'][])
  .filter(({ type }) => type === 'm.room.message')
  .map(({ content }) => content.body)
  .reverse();
insist(JSON.stringify(bodies) === JSON.stringify(said), 'said before', bodies);
const found = await person.download(file);
insist(Buffer.compare(found, FILE) === 0, 'another file, of bytes', found.length);

const next = `number ${said.length + 1}`;
const inRoom = (sync: Reply['body']) => sync.rooms?.join?.[room];
const id = await person.send(room, next);
await person.sees('the message', (sync) => JSON.stringify(inRoom(sync) ?? {}).includes(id));
// What is not an event is written elsewhere, and moves with the layout too.
const at = `/rooms/${encodeURIComponent(room)}`;
await person.ok('PUT', `${at}/typing/${encodeURIComponent(person.userId)}`, {
  typing: true,
  timeout: 20_000,
});
await person.sees('typing', (sync) => JSON.stringify(inRoom(sync)?.ephemeral ?? {}).includes(person.userId));
await person.ok('POST', `${at}/receipt/m.read/${encodeURIComponent(id)}`, {});
await person.sees('the receipt', (sync) => JSON.stringify(inRoom(sync)?.ephemeral ?? {}).includes(id));
const note = `/user/${encodeURIComponent(person.userId)}/account_data/org.example.note`;
await person.ok('PUT', note, { next });
await person.sees('account data', (sync) => JSON.stringify(sync.account_data ?? {}).includes(next));
await person.ok('PUT', `/sendToDevice/org.example.test/${crypto.randomUUID()}`, {
  messages: { [person.userId]: { [person.deviceId]: { next } } },
});
await person.sees('a message to the device', (sync) => JSON.stringify(sync.to_device ?? {}).includes(next));

const now: Kept = { session: person.session, room, since: person.since, said: [...said, next], file };
console.log(JSON.stringify(now));
