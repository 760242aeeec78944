import { describe, expect, test } from 'vitest';
import { resolveAnswers } from '../../../src/answers/resolve.ts';

const answers = (flags: Readonly<Record<string, string>>) =>
  resolveAnswers({ flags: { domain: 'example.org', tier: 'custom', ...flags } });

describe('a web client', () => {
  test('is none unless it is asked for, and then has a name of its own', () => {
    expect(answers({}).complete?.client).toBeUndefined();
    expect(answers({ client: 'element' }).complete?.client).toEqual({
      name: 'element',
      host: 'chat.example.org',
    });
  });
  test.each([
    ['its usual name leads to the machine', 'chat.example.org', {}, 'element'],
    ['another domain was meant before', 'chat.example.com', {}, 'none'],
    ['the server is reached under that name', 'chat.example.org', { matrixHost: 'chat.example.org' }, 'none'],
    ['somebody said otherwise', 'chat.example.org', { client: 'none' }, 'none'],
  ])('where %s', (_where, clientName, more, wanted) => {
    const flags = { domain: 'example.org', tier: 'custom', ...more };
    expect(resolveAnswers({ flags, facts: { clientName } }).values.client).toBe(wanted);
  });
  test.each([
    ['matrix.example.org', /is the Matrix host/],
    ['example.org', /is the domain itself/],
  ])('is not served on %s', (clientHost, says) => {
    expect(answers({ client: 'cinny', clientHost }).problems[0]).toMatch(says);
  });
  test('of its name nothing is asked without one', () => {
    expect(answers({ clientHost: 'chat.example.org' }).problems[0]).toMatch(/no meaning with --client none/);
  });
  test.each([
    ['schildichat', /no web client that is maintained/],
    ['SchildiChat Web', /no web client that is maintained/],
    ['fluffychat', /needs nothing on the server/],
    ['element-x', /app for phones/],
    ['geocities', /is not a web client: element, cinny, none/],
  ])('%s is answered with the truth', (client, says) => {
    expect(answers({ client }).problems[0]).toMatch(says);
  });
});
