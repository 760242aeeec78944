import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { KEY, keyDocument, SigningKey } from './lab/keys.ts';
import { codes, Lab, V4_OTHER } from './lab/lab.ts';
import { type Answer, homeserver, json } from './lab/server.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const OTHER = new SigningKey(KEY.id, 'b3RoZXIta2V5LW9mLXRoZS1mZWRlcmF0aW9uLXRlc3Q');
const keys = (serverName: string, key = KEY): unknown => JSON.parse(keyDocument({ serverName, key }));

/** A healthy example.org, and a notary on port 8448 of its own name that answers with this. */
const withNotary = async (answer: Answer): Promise<void> => {
  await lab.healthy();
  lab.dns({ 'notary.example': { A: [V4_OTHER] } });
  const leaf = await lab.leaf({ names: ['notary.example'], intermediate: 'sent' });
  const query = { '/_matrix/key/v2/query/example.org': answer };
  await lab.internet.https([`${V4_OTHER}:8448`], leaf, homeserver('notary.example', query));
};
const ask = () => lab.check('example.org', { notary: 'notary.example' });

test('a notary that has the keys agrees', async () => {
  await withNotary(json({ server_keys: [keys('example.org')] }));
  const check = await ask();
  expect(codes(check)).toEqual([]);
  expect(check.verdict.picture.at(-1)).toMatchObject({
    mark: 'good',
    name: 'notary.example',
    says: `has its keys: ${KEY.id}`,
  });
});

test.each([
  ['no keys could not fetch them', []],
  ['keys of another server has none of this one', [keys('example.net')]],
])('a notary with %s', async (_what, list) => {
  await withNotary(json({ server_keys: list }));
  expect(codes(await ask())).toEqual(['142?']);
});

test('a notary that remembers another key under this id knows a server that was there before', async () => {
  await withNotary(json({ server_keys: [keys('example.org', OTHER)] }));
  expect(codes(await ask())).toEqual(['023!']);
});

test('a notary that is not there is no verdict', async () => {
  await lab.healthy();
  const check = await ask();
  expect(codes(check)).toEqual([]);
  const last = check.verdict.picture.at(-1);
  expect(last).toMatchObject({ mark: 'unknown', says: expect.stringMatching(/^unavailable: /) });
});

const withTester = async (answer: Answer): Promise<void> => {
  await lab.healthy();
  lab.dns({ 'federationtester.matrix.org': { A: [V4_OTHER] } });
  const leaf = await lab.leaf({ names: ['federationtester.matrix.org'], intermediate: 'sent' });
  const path = '/api/report?server_name=example.org';
  await lab.internet.https([`${V4_OTHER}:443`], leaf, ({ url }) => (url === path ? answer : undefined));
};

test.each([
  [json({ FederationOK: true }), [], 'says that federation works'],
  [json({ FederationOK: false }), ['143.'], 'says that federation does not work'],
  [{ status: 502 }, [], 'unavailable: HTTP 502'],
  [json({ FederationOK: 'yes' }), [], 'unavailable: HTTP 200'],
])('the public tester: %j', async (answer, found, says) => {
  await withTester(answer);
  const check = await lab.check('example.org', { publicTester: true });
  expect(codes(check)).toEqual(found);
  expect(check.verdict.verdict).toBe('green');
  expect(check.verdict.picture.at(-1)?.says).toBe(says);
});
