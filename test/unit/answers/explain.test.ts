import { expect, test } from 'vitest';
import { explainAnswers } from '../../../src/answers/explain.ts';
import { parseAnswersFile } from '../../../src/answers/file.ts';
import { type AnswerInputs, resolveAnswers } from '../../../src/answers/resolve.ts';

const explained = (inputs: AnswerInputs) =>
  Object.fromEntries(
    explainAnswers(resolveAnswers(inputs), inputs).map(({ flag, value, source }) => [flag, [value, source]]),
  );

test('each source is named', () => {
  const file = parseAnswersFile('email: ops@example.org', '--answers a.yaml');
  const rows = explained({
    flags: { tier: 'ravelin' },
    prompted: { rooms: '9' },
    env: { MATRIX_BASTION_ADMIN: 'root' },
    file,
    stored: { host: { domain: 'example.org' }, operator: { users: '5' } },
  });
  expect(rows).toMatchObject({
    '--tier': ['ravelin', 'flag of this run'],
    '--rooms': ['9', 'typed in this run'],
    '--admin': ['root', 'environment, MATRIX_BASTION_ADMIN'],
    '--email': ['ops@example.org', '--answers a.yaml'],
    '--domain': ['example.org', 'kept on the machine by an earlier run'],
    '--users': ['5', 'kept on this computer by an earlier run'],
    '--federation': ['open', 'default: Matrix is a federation: users reach everybody'],
  });
  expect(rows).not.toHaveProperty('--docker-mirror-fingerprint');
});

test('a name in another script is shown both ways', () => {
  const rows = explained({ flags: { domain: 'Bücher.example' } });
  expect(rows['--domain']?.[0]).toBe('xn--bcher-kva.example (bücher.example)');
  expect(rows['--matrix-host']?.[0]).toBe('matrix.xn--bcher-kva.example (matrix.bücher.example)');
});

test('what is missing, and what was unset', () => {
  const rows = explained({ flags: { email: '' }, stored: { operator: { email: 'ops@example.org' } } });
  expect(rows['--email']).toEqual(['none', 'flag of this run']);
  expect(rows['--domain']).toEqual(['-', 'missing: nothing says it']);
});
