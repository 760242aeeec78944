import { describe, expect, test } from 'vitest';
import { type GuideNames, guide } from '../../../src/guide/guide.ts';
import { htmlOf } from '../../../src/guide/html.ts';
import { markdownOf } from '../../../src/guide/markdown.ts';

const NAMES: GuideNames = { domain: 'garden.example', matrixHost: 'm.garden.example', admin: 'ada' };
const HOSTILE: GuideNames = {
  ...NAMES,
  contact: '<img src=x onerror=alert(1)> "quoted" & *bold* [x](javascript:1)',
  client: 'https://chat.garden.example/?a="><script>',
};

describe('the page', () => {
  const markdown = markdownOf(guide({ ...NAMES, contact: 'Ada, in the shed' }));
  test('is filled with the names of the server', () => {
    for (const name of [
      '`@you:garden.example`',
      '`https://m.garden.example`',
      '`@ada:garden.example`',
      'Ada, in the shed',
    ])
      expect(markdown).toContain(name);
    expect(markdown).toContain('<https://app.element.io>');
  });
  test.each([
    [/recovery key/i, 'the recovery key'],
    [/Type it in once/, 'that it is tried'],
    [/verified/, 'the second device'],
    [/administrator can see:/, 'what the administrator sees'],
    [/cannot read:/, 'what the administrator does not see'],
    [/apps on phones cannot take the code/, 'where an invitation is used'],
  ])('speaks of %s (%s)', (words) => expect(markdown).toMatch(words));
  test('names the client and the contact that it is given, and only what is known', () => {
    const { admin: _, ...unknown } = NAMES;
    const page = markdownOf(guide({ ...unknown, contact: 'Ada', client: 'https://chat.garden.example' }));
    expect(page).toContain('<https://chat.garden.example>');
    expect(page).not.toContain('app.element.io');
    expect(page).not.toContain('@ada');
    expect(page).not.toContain('undefined');
  });
});

describe('whatever the names are', () => {
  test('HTML holds no markup of theirs', () => {
    const html = htmlOf(guide(HOSTILE));
    expect(html).not.toMatch(/<img|<script|onerror=alert\(1\)>/);
    expect(html).toContain('&lt;img src=x');
    expect(html.match(/<a href="[^"]*"/g)?.length).toBe(html.match(/<a /g)?.length);
  });
  test('Markdown holds no markup of theirs', () => {
    const markdown = markdownOf(guide(HOSTILE));
    expect(markdown).toContain('\\<img src=x');
    expect(markdown).toContain('\\*bold\\*');
    expect(markdown).toContain('\\[x\\](javascript:1)');
  });
});

test('the HTML file fetches nothing and runs nothing', () => {
  const html = htmlOf(guide(NAMES));
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(html).not.toMatch(/\ssrc=|<link|<script|@import|url\(/);
  expect(html).toContain('width=device-width');
  expect(html).toContain('<html lang="en">');
});
