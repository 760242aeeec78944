/**
 * Two people whose clients stay as they are while their server is upgraded, taken back, backed up, lost and restored. Runs where
 * the operator is: a line of JSON with their accounts on standard input, then a word whenever it has to be proved that all is
 * as it was; `ready`, then the word on standard output when it is.
 */
import { createInterface } from 'node:readline';
import { type MatrixClient, MsgType, SyncState } from 'matrix-js-sdk';
import type { Account } from '../e2e/workers/accounts.ts';
import { bodies, encryptedRoom, logIn, until } from './encrypted.ts';

const FILE = Buffer.alloc(300_000, 'a file of somebody');

/** What the server has kept of the room, opened with the keys that this client has. */
const readBack = async (client: MatrixClient, room: string): Promise<string[]> => {
  const { chunk } = await client.createMessagesRequest(room, null, 100, 'b' as never);
  const events = chunk.map(client.getEventMapper());
  await Promise.all(events.map((event) => client.decryptEventIfNeeded(event)));
  return events
    .filter((event) => !event.isDecryptionFailure())
    .map((event) => String(event.getContent().body));
};

/** Connections to a server that was away end with an error first. */
const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 60) throw error;
      await new Promise((later) => setTimeout(later, 500));
    }
  }
};

const download = async (client: MatrixClient, uri: string): Promise<Buffer> => {
  const url = client.mxcUrlToHttp(uri, undefined, undefined, undefined, false, true, true);
  const reply = await fetch(String(url), { headers: { Authorization: `Bearer ${client.getAccessToken()}` } });
  if (!reply.ok) throw new Error(`download: ${reply.status}`);
  return Buffer.from(await reply.arrayBuffer());
};

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const accounts = JSON.parse(String((await lines.next()).value)) as Record<'alice' | 'carol', Account>;
const [alice, carol] = await Promise.all([logIn(accounts.alice), logIn(accounts.carol)]);
const room = await encryptedRoom(alice, carol);
const said: string[] = [];
const say = async (from: MatrixClient, to: MatrixClient, text: string): Promise<void> => {
  await patiently(() => from.sendMessage(room, { msgtype: MsgType.Text, body: text }));
  await until(`"${text}", decrypted`, () => bodies(to, room).includes(text));
  said.push(text);
};
await say(alice, carol, 'before, from alice');
await say(carol, alice, 'before, from carol');
const { content_uri: uri } = await alice.uploadContent(new Blob([FILE]), { type: 'text/plain' });
console.log('ready');

for await (const when of lines) {
  for (const client of [alice, carol]) {
    const { device_id: device } = await patiently(() => client.whoami());
    if (device !== client.getDeviceId()) throw new Error(`${when}: another device: ${device}`);
    // The loop that has run since the login; nobody starts it again.
    await until(`${when}: in sync again`, () => client.getSyncState() === SyncState.Syncing);
    const found = await patiently(() => readBack(client, room));
    const missing = said.find((text) => !found.includes(text));
    if (missing !== undefined)
      throw new Error(`${when}: "${missing}" is gone or cannot be read: ${JSON.stringify(found)}`);
  }
  if (!(await download(carol, uri)).equals(FILE)) throw new Error(`${when}: another file`);
  await say(alice, carol, `${when}, from alice`);
  await say(carol, alice, `${when}, from carol`);
  console.log(`${when}: ${said.length} messages decrypt for both, with their first logins`);
}
for (const client of [alice, carol]) client.stopClient();
process.exit(0);
