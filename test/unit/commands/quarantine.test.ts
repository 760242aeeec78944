import { expect, test } from 'vitest';
import type { ModerationOptions } from '../../../src/cli/people-options.ts';
import { setQuarantined } from '../../../src/commands/moderation/media.ts';
import { fakeServer } from './fake-server.ts';

const COUNT = 2345;

const run = async (refuses: (path: string) => boolean) => {
  const fake = fakeServer({
    answer: ({ method, path }) => {
      if (method !== 'GET') return refuses(path) ? { status: 500, body: { error: 'no' } } : undefined;
      const query = new URL(path, 'http://synapse').searchParams;
      const [from, limit] = [Number(query.get('from')), Number(query.get('limit'))];
      const media = Array.from({ length: Math.min(limit, COUNT - from) }, (_, at) => ({
        media_id: `m${from + at}`,
      }));
      const next = from + limit < COUNT ? { next_token: from + limit } : {};
      return { status: 200, body: { media, total: COUNT, ...next } };
    },
  });
  const options = { subject: '@anna:example.org', dryRun: false, yes: false, json: false };
  const outcome = await setQuarantined(true)(options as ModerationOptions, fake.server).catch(
    (error: Error) => error.message,
  );
  return { ...fake, outcome };
};

test('every file of a person is quarantined, page by page, a hundred in one round trip', async () => {
  const fake = await run(() => false);
  expect(fake.outcome).toBe(0);
  expect(new Set(fake.changes()).size).toBe(COUNT);
  expect(fake.changes().at(-1)).toBe(`POST /_synapse/admin/v1/media/quarantine/example.org/m${COUNT - 1}`);
  expect(Math.max(...fake.batches)).toBe(100);
  expect(fake.said()).toContain(`Quarantined: ${COUNT} files.`);
});

test('one that is refused keeps no other one back', async () => {
  const { outcome, changes } = await run((path) => path.endsWith('/m7'));
  expect(outcome).toBe('1 of 2345 files could not be quarantined; the others were.');
  expect(changes()).toHaveLength(COUNT);
});
