/**
 * Two people whose clients stay as they are while their server is backed up, lost and restored elsewhere. Runs where the
 * operator is: a line of JSON with the accounts on standard input, then a line when the server is back; a line on
 * standard output for each thing proved.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type MatrixClient, MsgType } from 'matrix-js-sdk';
import type { Account } from '../workers/accounts.ts';
import { bodies, encryptedRoom, logIn, until } from '../workers/encrypted.ts';

const FILE = Buffer.alloc(300_000, 'a file of somebody');

const input = createInterface({ input: process.stdin });
const nextLine = async (): Promise<string> => String((await once(input, 'line'))[0]);

const say = async (from: MatrixClient, to: MatrixClient, room: string, text: string): Promise<void> => {
  await from.sendMessage(room, { msgtype: MsgType.Text, body: text });
  await until(`"${text}", decrypted`, () => bodies(to, room).includes(text));
};

/** What the server has kept of the room, opened with the keys that this client has. */
const readBack = async (client: MatrixClient, room: string): Promise<string[]> => {
  const { chunk } = await client.createMessagesRequest(room, null, 100, 'b' as never);
  const events = chunk.map(client.getEventMapper());
  await Promise.all(events.map((event) => client.decryptEventIfNeeded(event)));
  return events
    .filter((event) => !event.isDecryptionFailure())
    .map((event) => String(event.getContent().body));
};

/** Connections to the machine that is gone end with an error first. */
const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 20) throw error;
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

const accounts = JSON.parse(await nextLine()) as Record<'alice' | 'carol', Account>;
const [alice, carol] = await Promise.all([logIn(accounts.alice), logIn(accounts.carol)]);
const room = await encryptedRoom(alice, carol);
await say(alice, carol, room, 'before, from alice');
await say(carol, alice, room, 'before, from carol');
const { content_uri: uri } = await alice.uploadContent(new Blob([FILE]), { type: 'text/plain' });
console.log('ready');

await nextLine();
for (const client of [alice, carol]) {
  const { device_id: device } = await patiently(() => client.whoami());
  if (device !== client.getDeviceId()) throw new Error(`another device: ${device}`);
}
console.log('both are still logged in with their devices');
for (const client of [alice, carol]) {
  const found = await readBack(client, room);
  for (const text of ['before, from alice', 'before, from carol'])
    if (!found.includes(text))
      throw new Error(`"${text}" is gone or cannot be read: ${JSON.stringify(found)}`);
}
console.log('what was said before is there and decrypts');
if (!(await download(carol, uri)).equals(FILE)) throw new Error('another file');
console.log('the file is there, byte by byte');
await say(alice, carol, room, 'after, from alice');
await say(carol, alice, room, 'after, from carol');
console.log('they go on talking, encrypted');
for (const client of [alice, carol]) client.stopClient();
process.exit(0);
