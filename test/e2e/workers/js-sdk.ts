/**
 * Two people talk end-to-end encrypted with matrix-js-sdk, run where the operator is: accounts as JSON on standard
 * input, a line for each thing proved.
 */
import { ClientEvent, createClient, EventType, type MatrixClient, MsgType, Preset } from 'matrix-js-sdk';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import type { Account } from './accounts.ts';
import { readInput } from './matrix.ts';

const LIMIT_MS = 30_000;

const nothing = (): void => {};
const logger: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  getChild: () => logger,
};

const logIn = async ({ baseUrl, user, password }: Account): Promise<MatrixClient> => {
  const { user_id, access_token, device_id } = await createClient({ baseUrl, logger }).loginRequest({
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user },
    password,
  });
  const client = createClient({
    logger,
    baseUrl,
    userId: user_id,
    accessToken: access_token,
    deviceId: device_id,
  });
  await client.initRustCrypto({ useIndexedDB: false });
  await client.startClient({ initialSyncLimit: 20 });
  await until(`${user_id} is in sync`, () => client.isInitialSyncComplete());
  console.log(`${user_id} logs in, publishes keys and syncs`);
  return client;
};

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const end = Date.now() + LIMIT_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`);
    await new Promise((later) => setTimeout(later, 100));
  }
};

const accounts = await readInput<Record<'alice' | 'carol', Account>>();
const [alice, carol] = await Promise.all([logIn(accounts.alice), logIn(accounts.carol)]);
const carolId = carol.getSafeUserId();

const { room_id: room } = await alice.createRoom({
  preset: Preset.PrivateChat,
  invite: [carolId],
  initial_state: [
    { type: EventType.RoomEncryption, state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } },
  ],
});
await until('the invitation', () => carol.getRoom(room)?.getMyMembership() === 'invite');
await carol.joinRoom(room);
await until('the member', () => alice.getRoom(room)?.getMember(carolId)?.membership === 'join');
console.log('an encrypted room is created and joined');

const bodies = (client: MatrixClient): string[] =>
  (client.getRoom(room)?.getLiveTimeline().getEvents() ?? [])
    .filter((event) => !event.isDecryptionFailure() && event.getType() === EventType.RoomMessage)
    .map((event) => String(event.getContent().body));

carol.on(ClientEvent.Event, (event) => {
  void carol.decryptEventIfNeeded(event);
});
await alice.sendMessage(room, { msgtype: MsgType.Text, body: 'only for you' });
await until('the message, decrypted', () => bodies(carol).includes('only for you'));
await carol.sendMessage(room, { msgtype: MsgType.Text, body: 'and for you' });
await until('the answer, decrypted', () => bodies(alice).includes('and for you'));
console.log('messages are encrypted, sent, received and decrypted in both directions');

const stored = await alice.http.authedRequest<{
  chunk: { type: string; content: Record<string, unknown> }[];
}>('GET' as never, `/rooms/${encodeURIComponent(room)}/messages`, { dir: 'b', limit: '20' });
const readable = stored.chunk.filter(({ content }) => JSON.stringify(content).includes('only for you'));
const encrypted = stored.chunk.filter(({ type }) => type === 'm.room.encrypted');
if (readable.length > 0 || encrypted.length < 2) throw new Error('the server can read the messages');
console.log('the server keeps only what it cannot read');
for (const client of [alice, carol]) client.stopClient();
process.exit(0);
