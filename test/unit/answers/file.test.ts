import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import { formatAnswersFile, parseAnswersFile } from '../../../src/answers/file.ts';
import { resolveAnswers } from '../../../src/answers/resolve.ts';

const full: Answers = {
  domain: 'example.org',
  matrixHost: 'matrix.example.org',
  tier: 'ravelin',
  rooms: 120,
  users: 300,
  federation: 'allowlist',
  federationAllow: ['example.com', 'example.net:8448'],
  registration: 'invite',
  largestRoom: 5000,
  admin: 'admin',
  email: 'ops@example.org',
  dockerSource: 'docker',
  dockerMirror: { url: 'https://mirror.example/docker', fingerprint: '1'.repeat(40) },
  publicAddress: ['203.0.113.7'],
  federateWith: ['10.0.0.0/8', 'fd00::/8'],
};

test('the file as people read it', () => {
  expect(formatAnswersFile(full)).toBe(`# Answers of matrix-bastion. No secret is kept here.
# A flag or an environment variable given to the next run wins over what is written here.
domain: example.org
matrix-host: matrix.example.org
tier: ravelin
rooms: 120
users: 300
federation: allowlist
federation-allow:
  - example.com
  - example.net:8448
largest-room: 5000
admin: admin
registration: invite
email: ops@example.org
docker-source: docker
docker-mirror: https://mirror.example/docker
docker-mirror-fingerprint: "1111111111111111111111111111111111111111"
public-address:
  - 203.0.113.7
federate-with:
  - 10.0.0.0/8
  - fd00::/8
`);
});

test('what is written is read back, whatever the name looks like', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z.=/+-][a-z0-9._=/+-]{0,30}$/).filter((name) => !name.startsWith('_')),
      fc.integer({ min: 0, max: 1_000_000 }),
      (admin, rooms) => {
        const answers = { ...full, admin, rooms };
        const file = parseAnswersFile(formatAnswersFile(answers), 'x');
        expect(resolveAnswers({ file }).complete).toEqual(answers);
      },
    ),
  );
});

describe('scalars stay the text that they are', () => {
  test.each([
    ['admin: 007', '007'],
    ['admin: no', 'no'],
    ['admin: 1e5', '1e5'],
    ['admin: null', 'null'],
    ['admin:', ''],
    ['admin: "a#b"', 'a#b'],
  ])('%s', (text, admin) => {
    expect(parseAnswersFile(text, 'x').answers).toEqual({ admin });
  });
});

describe('what is wrong with a file', () => {
  test.each([
    ['domain: [a', /x is not valid YAML/],
    ['a: 1\na: 2', /x is not valid YAML/],
    ['- domain', /not a mapping/],
    ['just text', /not a mapping/],
    ['domain: {a: b}', /domain must be a text$/],
    ['domain: [a, b]', /domain must be a text$/],
    ['federate-with: [[a]]', /federate-with must be a text or a list of texts$/],
    ['matrix_host: a', /no answer named "matrix_host"; did you mean matrix-host\?/],
    ['ssh-password: x', /no answer named "ssh-password"/],
  ])('%s', (text, problem) => {
    expect(parseAnswersFile(text, 'x').problems[0]).toMatch(problem);
  });
  test.each(['', '# only a comment\n', '---\n'])('an empty file is no fault: %j', (text) => {
    expect(parseAnswersFile(text, 'x')).toEqual({ name: 'x', answers: {}, problems: [] });
  });
});
