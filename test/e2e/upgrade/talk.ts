/** Says something in a room, or reads what was said there; in the operator's place in the network. JSON in, JSON out. */
import { readFileSync } from 'node:fs';
import { MatrixClient } from '../../support/matrix-client.ts';

interface Talk {
  readonly baseUrl: string;
  readonly user: string;
  readonly password: string;
  /** Made first when it is left away. */
  readonly room?: string;
  readonly say?: string;
}

const { baseUrl, user, password, room, say } = JSON.parse(readFileSync(0, 'utf8')) as Talk;
const client = await MatrixClient.login(baseUrl, user, password);
const at = room ?? (await client.createRoom(`talk-${Date.now()}`));
if (say !== undefined) await client.send(at, say);
const version = await client.get('/_matrix/federation/v1/version');
const texts = (await client.texts(at)).map(({ text }) => text).reverse();
console.log(JSON.stringify({ room: at, texts, server: version.body.server }));
