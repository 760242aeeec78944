import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import { meetingOf } from '../../../src/plan/desire-database-box.ts';
import type { Facts, HostFacts } from '../../../src/plan/facts.ts';
import { preflight } from '../../../src/plan/preflight.ts';
import { renderHba } from '../../../src/render/database-box.ts';
import { PATHS } from '../../../src/render/layout.ts';
import { hostFacts, type Over, someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

const BOX = { machine: { machineId: 'f'.repeat(32) }, addresses: ['203.0.113.8'] };

const withBox = (facts: Facts, parts: Over<HostFacts> = {}, reachedAs = '203.0.113.8'): Facts => ({
  ...facts,
  databaseBox: { host: hostFacts({ ...BOX, ...parts }), name: 'root@db', reachedAs },
});

const codes = (facts: Facts, answers: Partial<Answers> = { dbHost: 'root@db' }): string[] =>
  preflight(goalFor(facts, answers), facts).map(({ code }) => code);

describe('the second machine', () => {
  it.each<[string, Over<HostFacts>, string[]]>([
    ['a fresh one', {}, []],
    ['its own database', { databaseOf: 'example.org\n', databaseOnDisk: '17\n' }, []],
    [
      'a copied image with addresses of its own',
      { machine: { machineId: '0123456789abcdef0123456789abcdef' } },
      [],
    ],
    [
      'the very machine',
      { machine: { machineId: '0123456789abcdef0123456789abcdef' }, addresses: ['203.0.113.7'] },
      ['MB-DB-HOST-SAME'],
    ],
    ["another server's database", { databaseOf: 'example.com\n' }, ['MB-DATA-FOREIGN']],
    ['a homeserver', { storedAnswers: 'domain: example.org\n' }, ['MB-DATA-FOREIGN']],
    ["a database of nobody's", { databaseOnDisk: '17\n' }, ['MB-DATA-FOREIGN']],
    [
      'a database of another major version',
      { databaseOf: 'example.org\n', databaseOnDisk: '15\n' },
      ['MB-DATABASE-MAJOR'],
    ],
    [
      'a disk that is not mounted',
      { databaseOf: 'example.org\n', databaseBorn: '7 17\n' },
      ['MB-DATABASE-LOST'],
    ],
    [
      'a Postgres of its own',
      { listeners: [{ address: '0.0.0.0', port: 5432, protocol: 'tcp', process: 'postgres' }] },
      ['MB-HOST-PORT'],
    ],
    ['a clock of its own', { machine: { machineId: 'e', clock: 1_700_009_000 } }, ['MB-HOST-CLOCK']],
    ['a processor without images', { machine: { machineId: 'e', arch: 'riscv64' } }, ['MB-HOST-ARCH']],
  ])('%s', (_name, parts, expected) => {
    expect(codes(withBox(someFacts(), parts))).toEqual(expected);
  });

  it('is named in what is said about it', () => {
    const facts = withBox(someFacts(), { databaseOf: 'example.com\n' });
    const [problem] = preflight(goalFor(facts, { dbHost: 'root@db' }), facts);
    expect(problem?.what).toBe(
      `On the database machine (root@db): ${PATHS.root} holds data of another deployment.`,
    );
  });
});

describe('how the machines meet', () => {
  const meet = (reachedAs: string, box: string[], app: string[], pub: string[] = []) =>
    meetingOf(
      { name: 'db', reachedAs, host: hostFacts({ addresses: box }) },
      hostFacts({ addresses: app }),
      pub,
    );
  it('on the address itself, from addresses of its kind', () => {
    expect(meet('10.0.0.8', ['203.0.113.8', '10.0.0.8'], ['203.0.113.7', '10.0.0.7', '2001:db8::7'])).toEqual(
      {
        reachedAs: '10.0.0.8',
        listen: '10.0.0.8',
        clients: ['203.0.113.7', '10.0.0.7'],
      },
    );
    expect(meet('2001:db8::8', ['2001:db8::8'], ['203.0.113.7', '2001:db8::7'])).toMatchObject({
      listen: '2001:db8::8',
      clients: ['2001:db8::7'],
    });
  });
  it('on every address behind address translation', () => {
    expect(meet('203.0.113.8', ['10.0.0.8'], ['10.0.0.7'], ['198.51.100.7'])).toEqual({
      reachedAs: '203.0.113.8',
      listen: '0.0.0.0',
      clients: ['10.0.0.7', '198.51.100.7'],
    });
  });
  it('lets nobody else in, and nobody without encryption', () => {
    expect(renderHba({ reachedAs: '10.0.0.8', listen: '10.0.0.8', clients: ['10.0.0.7'] })).toBe(
      `# Written by matrix-bastion; \`init\` writes it again. First match wins (PostgreSQL 17 manual, 20.1).
# The container's own socket, where nobody else is.
local   all     all                     trust
# The health check, then the machine of the homeserver.
hostssl synapse synapse 10.0.0.8/32 scram-sha-256
hostssl synapse synapse 10.0.0.7/32 scram-sha-256
host    all     all     all             reject
`,
    );
    expect(() => renderHba({ reachedAs: 'x', listen: '10.0.0.8', clients: ['all'] })).toThrow(
      'not an address',
    );
  });
});

describe('a database that has data', () => {
  it('is not left for an empty one elsewhere', () => {
    const facts = withBox(installed());
    expect(codes(facts)).toContain('MB-DATABASE-MOVE');
    expect(codes(installed(), { database: 'postgresql://a@b:5432/c' })).toContain('MB-DATABASE-MOVE');
  });
  it('elsewhere is not left for an empty one here', () => {
    const facts = installed({ database: 'postgresql://a@b:5432/c' });
    const elsewhere = { ...facts, host: { ...facts.host, databaseOnDisk: '', databaseBorn: '7 16385\n' } };
    expect(codes(elsewhere, {})).toContain('MB-DATABASE-MOVE');
  });
});
