import { describe, expect, it, test } from 'vitest';
import { PUBLISHERS } from '../../../src/federation/publishers.ts';
import { publishing } from '../../../src/federation/publishing.ts';
import { wellKnownFiles } from '../../../src/federation/wellknown.ts';

const INPUT = {
  domain: 'garden.example',
  matrixHost: 'chat.garden.example',
  admin: 'ada',
  email: 'a$b@x.example',
};
const FILES = wellKnownFiles(INPUT);

describe.each(PUBLISHERS)('%s', (publisher) => {
  const text = publishing(publisher, FILES, 'garden.example')
    .flatMap(({ what, lines = [] }) => [what, ...lines])
    .join('\n');
  it('has all three files, with the names filled in', () => {
    for (const name of ['server', 'client', 'support']) expect(text).toContain(`.well-known/matrix/${name}`);
    expect(text).toContain('chat.garden.example:443');
    expect(text).not.toMatch(/undefined,|example\.org|HOMESERVER/);
  });
  it('lets browsers read them, by itself or by a line', () => {
    expect(text).toMatch(/Access-Control-Allow-Origin|SimpleCORS|GitHub/);
  });
  it('has no dollar that a web server would take for a variable, and the same document all the same', () => {
    const document = /\{"contacts".*?\]\}/.exec(text)?.[0] ?? '';
    expect(document).not.toContain('$');
    expect(JSON.parse(document)).toEqual(JSON.parse(FILES.support ?? ''));
  });
});

test('without a contact there is no support file', () => {
  const files = wellKnownFiles({ domain: 'garden.example', matrixHost: 'chat.garden.example' });
  const text = JSON.stringify(publishing('nginx', files, 'garden.example'));
  expect(text).not.toContain('support');
});
