/**
 * Two people talk end-to-end encrypted with matrix-js-sdk, run where the operator is: accounts as JSON on standard
 * input, a line for each thing proved.
 */
import { MsgType } from 'matrix-js-sdk';
import { bodies, encryptedRoom, logIn, until } from '../../support/encrypted.ts';
import type { Account } from './accounts.ts';
import { readInput } from './matrix.ts';

const accounts = await readInput<Record<'alice' | 'carol', Account>>();
const [alice, carol] = await Promise.all([logIn(accounts.alice), logIn(accounts.carol)]);

const room = await encryptedRoom(alice, carol);
console.log('an encrypted room is created and joined');

await alice.sendMessage(room, { msgtype: MsgType.Text, body: 'only for you' });
await until('the message, decrypted', () => bodies(carol, room).includes('only for you'));
await carol.sendMessage(room, { msgtype: MsgType.Text, body: 'and for you' });
await until('the answer, decrypted', () => bodies(alice, room).includes('and for you'));
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
