/**
 * Two people with invitations, run where the operator is: they register, set up Secure Backup, and talk encrypted; one of
 * them loses the only device and reads on a new one, with the recovery key. Input: JSON with the links that they were sent.
 */
import { createClient, type MatrixClient, MsgType } from 'matrix-js-sdk';
import { decodeRecoveryKey } from 'matrix-js-sdk/lib/crypto-api/recovery-key.js';
import { bodies, encryptedRoom, silent, startDevice, until } from '../../support/encrypted.ts';
import { readInput } from '../workers/matrix.ts';

interface Invited {
  readonly links: readonly [string, string];
}

interface Registered {
  readonly user_id: string;
  readonly access_token: string;
  readonly device_id: string;
}

const { links } = await readInput<Invited>();
const PASSWORD = 'a long sentence of somebody';

/** What a client takes out of an invitation's link: /register/SERVER/?token=TOKEN (cinny, src/app/pages/paths.ts). */
const read = (link: string): { readonly server: string; readonly token: string } => {
  const { pathname, searchParams } = new URL(link);
  const [, form, server = ''] = pathname.split('/');
  const token = searchParams.get('token');
  if (form !== 'register' || token === null) throw new Error(`${link} fills in no form`);
  return { server, token };
};

const [toFrida, toGeorg] = [read(links[0]), read(links[1])];
const file = await fetch(`https://${toFrida.server}/.well-known/matrix/client`);
const wellKnown = (await file.json()) as { 'm.homeserver': { base_url: string } };
const baseUrl = wellKnown['m.homeserver'].base_url.replace(/\/$/, '');

/** Client-server API, "Account registration": each stage of the one flow in the session that the server gives. */
const register = async (username: string, token: string): Promise<Registered> => {
  const ask = async (auth?: object): Promise<Record<string, unknown>> => {
    const reply = await fetch(`${baseUrl}/_matrix/client/v3/register`, {
      method: 'POST',
      body: JSON.stringify({ username, password: PASSWORD, ...(auth && { auth }) }),
    });
    return (await reply.json()) as Record<string, unknown>;
  };
  const { session } = await ask();
  await ask({ type: 'm.login.registration_token', token, session });
  const made = await ask({ type: 'm.login.dummy', session });
  if (made.access_token === undefined)
    throw new Error(`${username} could not register: ${JSON.stringify(made)}`);
  console.log(`${username} registers with a token`);
  return made as unknown as Registered;
};

/** Client-server API, "Key management API": a device's first keys need the password once. */
const withPassword =
  (user: string) =>
  async <T>(send: (auth: object | null) => Promise<T>): Promise<T> =>
    send({ type: 'm.login.password', identifier: { type: 'm.id.user', user }, password: PASSWORD });

/** @returns the recovery key, as a person would write it down. */
const setUpBackup = async (client: MatrixClient): Promise<string> => {
  const crypto = client.getCrypto();
  if (crypto === undefined) throw new Error('no crypto');
  await crypto.bootstrapCrossSigning({
    authUploadDeviceSigningKeys: withPassword(client.getSafeUserId()) as never,
  });
  const key = await crypto.createRecoveryKeyFromPassphrase();
  await crypto.bootstrapSecretStorage({
    createSecretStorageKey: async () => key,
    setupNewSecretStorage: true,
    setupNewKeyBackup: true,
  });
  console.log(`${client.getSafeUserId()} sets up Secure Backup`);
  return key.encodedPrivateKey as string;
};

const backedUp = async (client: MatrixClient): Promise<number> =>
  Number(
    (await client.http.authedRequest<{ count?: number }>('GET' as never, '/room_keys/version')).count ?? 0,
  );

const own = Date.now().toString(36);
const [first, second] = [
  await register(`frida-${own}`, toFrida.token),
  await register(`georg-${own}`, toGeorg.token),
];
/** The key of somebody's secret storage, as far as the device at hand knows it. */
const keys = new Map<string, Uint8Array<ArrayBuffer>>();
const device = (who: Registered) =>
  startDevice(baseUrl, who, {
    getSecretStorageKey: async ({ keys: wanted }) => {
      const [id = ''] = Object.keys(wanted);
      const key = keys.get(who.user_id);
      return key === undefined ? null : [id, key];
    },
    cacheSecretStorageKey: (_id, _info, key) => void keys.set(who.user_id, new Uint8Array(key)),
  });

const [frida, georg] = [await device(first), await device(second)];
const recoveryKey = await setUpBackup(frida);
const room = await encryptedRoom(frida, georg);
await frida.sendMessage(room, { msgtype: MsgType.Text, body: 'from the old device' });
await georg.sendMessage(room, { msgtype: MsgType.Text, body: 'an answer to it' });
await until('the answer, decrypted', () => bodies(frida, room).includes('an answer to it'));
const end = Date.now() + 60_000;
while ((await backedUp(frida)) < 2) {
  if (Date.now() > end) throw new Error('the keys of the room did not get into the backup');
  await new Promise((later) => setTimeout(later, 500));
}
console.log('the keys of the room are in the backup');

frida.stopClient();
keys.delete(first.user_id);
const anew = await createClient({ baseUrl, logger: silent }).loginRequest({
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user: first.user_id },
  password: PASSWORD,
});
const newFrida = await device(anew as Registered);
const readable = async (): Promise<string[]> => {
  const { chunk } = await newFrida.createMessagesRequest(room, null, 100, 'b' as never);
  const events = chunk.map(newFrida.getEventMapper());
  await Promise.all(events.map((event) => newFrida.decryptEventIfNeeded(event)));
  return events
    .filter((event) => !event.isDecryptionFailure())
    .map((event) => String(event.getContent().body));
};
if ((await readable()).includes('an answer to it')) throw new Error('the new device can read without a key');
console.log('the old device is lost; a new one cannot read the history');

keys.set(first.user_id, decodeRecoveryKey(recoveryKey));
const crypto = newFrida.getCrypto();
await crypto?.loadSessionBackupPrivateKeyFromSecretStorage();
const restored = await crypto?.restoreKeyBackup();
if ((restored?.imported ?? 0) < 2) throw new Error('the backup did not hold the keys');
const texts = await readable();
for (const text of ['from the old device', 'an answer to it'])
  if (!texts.includes(text)) throw new Error(`"${text}" cannot be read on the new device`);
console.log('with the recovery key the new device reads all of it');
for (const client of [newFrida, georg]) client.stopClient();
process.exit(0);
