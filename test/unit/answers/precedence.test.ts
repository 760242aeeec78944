/** Every question, and every pair of neighbours in the order of who is believed. */
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { parseAnswersFile } from '../../../src/answers/file.ts';
import { fileKey, type QuestionId } from '../../../src/answers/question.ts';
import { QUESTIONS } from '../../../src/answers/questions/index.ts';
import type { RawAnswers } from '../../../src/answers/raw.ts';
import { type AnswerInputs, resolveAnswers } from '../../../src/answers/resolve.ts';

const [one = '', two = ''] = rootCertificates;

/** Two good values of each question, and what has to be answered so that the question applies. */
const SAMPLES: Readonly<
  Record<QuestionId, { readonly values: readonly [string, string]; readonly beside?: RawAnswers }>
> = {
  domain: { values: ['one.example', 'two.example'] },
  matrixHost: { values: ['chat.example.org', 'm.example.org'] },
  tier: { values: ['garrison', 'ravelin'] },
  rooms: { values: ['11', '12'] },
  users: { values: ['21', '22'] },
  federation: { values: ['closed', 'allowlist'] },
  federationAllow: { values: ['one.example', 'two.example'], beside: { federation: 'allowlist' } },
  largestRoom: { values: ['31', '32'] },
  admin: { values: ['ada', 'bob'] },
  registration: { values: ['invite', 'closed'] },
  email: { values: ['a@example.org', 'b@example.org'] },
  dockerSource: { values: ['distro', 'docker'] },
  dockerMirror: {
    values: ['https://one.example/d', 'https://two.example/d'],
    beside: { dockerSource: 'docker' },
  },
  dockerMirrorFingerprint: {
    values: ['A'.repeat(40), 'B'.repeat(40)],
    beside: { dockerMirror: 'https://one.example/d' },
  },
  proxy: { values: ['nginx', 'apache'] },
  proxyListen: { values: ['127.0.0.1:9001', '127.0.0.1:9002'], beside: { proxy: 'nginx' } },
  client: { values: ['element', 'cinny'], beside: { domain: 'example.org' } },
  moderation: { values: ['draupnir', 'mjolnir'] },
  clientHost: {
    values: ['chat.example.org', 'web.example.org'],
    beside: { domain: 'example.org', client: 'element' },
  },
  publicAddress: { values: ['203.0.113.7', '203.0.113.8'] },
  federateWith: { values: ['10.1.0.0/16', '10.2.0.0/16'] },
  federationCa: { values: [one, two] },
  dbHost: { values: ['root@one', 'root@two'] },
  database: { values: ['postgresql://a@one.example/s', 'postgresql://a@two.example/s'] },
  databaseCa: { values: [one, two], beside: { database: 'postgresql://a@one.example/s' } },
};

/** Who is believed, the first before the second. */
const ORDER = ['flag', 'prompt', 'environment', 'file', 'host', 'operator'] as const;
type Layer = (typeof ORDER)[number];

const layer = (which: Layer, id: QuestionId, value: string, beside: RawAnswers): AnswerInputs => {
  switch (which) {
    case 'flag':
      return { flags: { ...beside, [id]: value } };
    case 'prompt':
      return { prompted: { [id]: value } };
    case 'environment':
      return { env: { [QUESTIONS[id].environment]: value } };
    case 'file':
      return { file: parseAnswersFile(`${fileKey(QUESTIONS[id])}: ${JSON.stringify(value)}`, 'a.yaml') };
    case 'host':
      return { stored: { host: { [id]: value } } };
    case 'operator':
      return { stored: { operator: { [id]: value } } };
  }
};

describe.each(Object.keys(SAMPLES) as QuestionId[])('%s', (id) => {
  const { values, beside = {} } = SAMPLES[id];
  const [first, second] = values;
  const parsed = (text: string) => {
    const read = QUESTIONS[id].parse(text, { known: {} });
    return read.ok ? read.value : expect.unreachable(`${id}: ${read.problem}`);
  };
  const neighbours = ORDER.slice(0, -1).map((winner, index) => [winner, ORDER[index + 1] as Layer] as const);
  // A machine that has answers is asked alone: the operator's copy only stands in for it.
  test.each(neighbours)('%s wins over %s', (winner, loser) => {
    const won = layer(winner, id, first, beside);
    const lost = layer(loser, id, second, beside);
    // What the domain is on the machine can never change; elsewhere it is a matter of precedence like the others.
    if (id === 'domain' && loser === 'host') {
      expect(() => resolveAnswers({ flags: beside, ...lost, ...won, facts: {} })).toThrow(/differs/);
      return;
    }
    const stored = { ...lost.stored, ...won.stored };
    const inputs = { flags: beside, ...lost, ...won, ...(Object.keys(stored).length > 0 && { stored }) };
    const { values: found, origins } = resolveAnswers(inputs);
    expect(found[id]).toEqual(parsed(first));
    expect(origins[id]?.origin).toBe(winner);
  });
  test('the last of them wins over the default', () => {
    const { values: found, origins } = resolveAnswers({ flags: beside, ...layer('operator', id, first, {}) });
    expect(found[id]).toEqual(parsed(first));
    expect(origins[id]?.origin).toBe('operator');
  });
});

test('the README says this order', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  expect(readme).toMatch(
    /Flags win over the environment, that over `--answers FILE`[\s\S]*over what an earlier run\s+stored, that over the defaults/,
  );
});
