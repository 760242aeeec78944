/**
 * Sends a message, waits for it in a sync, and asks something of every other kind of process, over and over, until
 * all of that works: run where the operator is, with a conversation as JSON on standard input.
 */
import { Person, readInput, type Session } from './matrix.ts';

/** Notices that it never works again; how soon it does is a figure of the caller's. */
const LIMIT_MS = 480_000;
/** Of one request: a client that waits for a dead process asks again. */
const PATIENCE_MS = 30_000;

const { session, room } = await readInput<{ session: Session; room: string }>();
const end = performance.now() + LIMIT_MS;

const sendAndSee = async (): Promise<void> => {
  const person = new Person(session, { patience: PATIENCE_MS });
  await person.sync(0);
  const body = crypto.randomUUID();
  await person.send(room, body);
  await person.sees(
    'the message',
    (sync) => JSON.stringify(sync.rooms?.join?.[room] ?? {}).includes(body),
    PATIENCE_MS,
  );
  const me = encodeURIComponent(person.userId);
  const typing = `/rooms/${encodeURIComponent(room)}/typing/${me}`;
  await person.ok('PUT', typing, { typing: true, timeout: 1000 }); // stream writer
  await person.ok('GET', '/account/whoami'); // client reader
  await person.ok('POST', '/user_directory/search', { search_term: 'nobody' }); // background
  await person.ok('GET', '/_matrix/client/v1/media/config'); // media
  await person.ok('GET', '/pushers'); // main
};

for (;;) {
  try {
    await sendAndSee();
    break;
  } catch (error) {
    if (performance.now() > end) throw error;
    await new Promise((later) => setTimeout(later, 500));
  }
}
