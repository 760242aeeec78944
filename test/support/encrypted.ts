/** Two people with matrix-js-sdk in an end-to-end encrypted room; runs where the operator is. */
import { ClientEvent, createClient, EventType, type MatrixClient, Preset } from 'matrix-js-sdk';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import type { Account } from '../e2e/workers/accounts.ts';

const LIMIT_MS = 90_000;

const nothing = (): void => {};
const logger: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  getChild: () => logger,
};

/** A device of somebody, with its keys in memory, in sync. */
export const logIn = async ({ baseUrl, user, password }: Account): Promise<MatrixClient> => {
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

export const until = async (what: string, holds: () => boolean): Promise<void> => {
  const end = Date.now() + LIMIT_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`);
    await new Promise((later) => setTimeout(later, 100));
  }
};

/** A room that both are in, and in which nobody else can read. */
export const encryptedRoom = async (alice: MatrixClient, carol: MatrixClient): Promise<string> => {
  const { room_id: room } = await alice.createRoom({
    preset: Preset.PrivateChat,
    invite: [carol.getSafeUserId()],
    initial_state: [
      { type: EventType.RoomEncryption, state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } },
    ],
  });
  await until('the invitation', () => carol.getRoom(room)?.getMyMembership() === 'invite');
  await carol.joinRoom(room);
  await until(
    'the member',
    () => alice.getRoom(room)?.getMember(carol.getSafeUserId())?.membership === 'join',
  );
  carol.on(ClientEvent.Event, (event) => {
    void carol.decryptEventIfNeeded(event);
  });
  return room;
};

/** Texts of the room that a client has and can read. */
export const bodies = (client: MatrixClient, room: string): string[] =>
  (client.getRoom(room)?.getLiveTimeline().getEvents() ?? [])
    .filter((event) => !event.isDecryptionFailure() && event.getType() === EventType.RoomMessage)
    .map((event) => String(event.getContent().body));
