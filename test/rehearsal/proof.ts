/**
 * The proof from outside, run on the operator's machine: `node proof.ts` with two servers as JSON on standard
 * input. Prints one line per thing proved; any that fails ends it with its reason.
 */
import { MatrixClient } from '../support/matrix-client.ts';

interface Server {
  readonly domain: string;
  readonly baseUrl: string;
  readonly user: string;
  readonly password: string;
}

const read = async (): Promise<[Server, Server]> => {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text) as [Server, Server];
};

const prove = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const begun = performance.now();
  const result = await work();
  console.log(JSON.stringify({ what, seconds: (performance.now() - begun) / 1000 }));
  return result;
};

const expect = (condition: boolean, otherwise: string): void => {
  if (!condition) throw new Error(otherwise);
};

const [first, second] = await read();

await prove(`open registration on ${first.domain} is refused`, async () => {
  const { status, body } = await MatrixClient.guest(first.baseUrl).post('/_matrix/client/v3/register', {
    username: 'stranger',
    password: 'a long enough password',
    auth: { type: 'm.login.dummy' },
  });
  expect(status === 403 && body.errcode === 'M_FORBIDDEN', `register: ${status} ${JSON.stringify(body)}`);
});
await prove('the admin API is not public', async () => {
  for (const path of [
    '/_synapse/admin/v1/server_version',
    '/_synapse/metrics',
    '/_matrix/../_synapse/admin/v1/register',
  ]) {
    const response = await fetch(`${first.baseUrl}${path}`);
    expect(response.status === 404, `${path}: ${response.status}`);
  }
});
const alice = await prove(`${first.user} logs in`, () =>
  MatrixClient.login(first.baseUrl, first.user, first.password),
);
const bob = await prove(`${second.user} of ${second.domain} logs in`, () =>
  MatrixClient.login(second.baseUrl, second.user, second.password),
);
const alias = `hall-${Date.now().toString(36)}`;
const room = await prove(`a room is created on ${first.domain}`, () => alice.createRoom(alias));
await prove(`${second.domain} joins it over federation`, () => bob.join(`#${alias}:${first.domain}`));
await prove(`a message reaches ${second.domain}`, async () => {
  await alice.send(room, 'hello from the first');
  await bob.awaitText(room, alice.userId, 'hello from the first');
});
await prove(`a message reaches ${first.domain}`, async () => {
  await bob.send(room, 'hello from the second');
  await alice.awaitText(room, bob.userId, 'hello from the second');
});
