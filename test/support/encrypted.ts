/** Two people with matrix-js-sdk in an end-to-end encrypted room; runs where the operator is. */
import { ClientEvent, createClient, EventType, type MatrixClient, Preset } from 'matrix-js-sdk';
import type { CryptoCallbacks } from 'matrix-js-sdk/lib/crypto-api/index.js';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import type { Account } from '../e2e/workers/accounts.ts';

const LIMIT_MS = 90_000;

const nothing = (): void => {};
/** The SDK says much on the way. */
export const silent: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  getChild: () => silent,
};

/** A session that a server gave: by a login or a registration. */
interface Session {
  readonly user_id: string;
  readonly access_token: string;
  readonly device_id: string;
}

/** A device of somebody, with its keys in memory, in sync. */
export const startDevice = async (
  baseUrl: string,
  { user_id, access_token, device_id }: Session,
  cryptoCallbacks?: CryptoCallbacks,
): Promise<MatrixClient> => {
  const client = createClient({
    logger: silent,
    baseUrl,
    userId: user_id,
    accessToken: access_token,
    deviceId: device_id,
    ...(cryptoCallbacks === undefined ? {} : { cryptoCallbacks }),
  });
  await client.initRustCrypto({ useIndexedDB: false });
  await client.startClient({ initialSyncLimit: 20 });
  await until(`${user_id} is in sync`, () => client.isInitialSyncComplete());
  console.log(`${user_id} logs in, publishes keys and syncs`);
  return client;
};

/** The same after a login. */
export const logIn = async ({ baseUrl, user, password }: Account): Promise<MatrixClient> =>
  startDevice(
    baseUrl,
    await createClient({ baseUrl, logger: silent }).loginRequest({
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user },
      password,
    }),
  );

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
