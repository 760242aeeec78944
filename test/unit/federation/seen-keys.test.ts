import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seenKeys } from '../../../src/federation/seen-keys.ts';
import { KEY } from './lab/keys.ts';
import { Lab } from './lab/lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.reset());

test('the keys that a server signs with', async () => {
  await lab.healthy();
  const { evidence } = await lab.check();
  expect(seenKeys(evidence)).toEqual({ [KEY.id]: KEY.public });
});

test('a server that does not answer has shown none', async () => {
  await lab.healthy({ '/_matrix/key/v2/server': { status: 502 } });
  const { evidence } = await lab.check();
  expect(seenKeys(evidence)).toEqual({});
});
