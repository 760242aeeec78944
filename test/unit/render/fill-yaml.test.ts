import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { YamlTemplate } from '../../../src/render/fill-yaml.ts';

const TEMPLATE = `# first
top: FILL
# of the list
list: FILL
# of the map
map:
  inner: FILL # why
# last
end: kept
`;

/** Strings that YAML readers like to take for something else. */
const NASTY = [
  '',
  ' ',
  '1e5',
  '0123',
  '0o14',
  '0x1F',
  '1_000',
  '12:30:45',
  '.5',
  '.inf',
  '.nan',
  'yes',
  'no',
  'on',
  'y',
  'null',
  '~',
  'true',
  '2001-12-14',
  '=',
  '<<',
  '$x',
  '$' + '{X}',
  '# no comment',
  'a # b',
  'a: b',
  ': ',
  '- a',
  '{a}',
  '[a]',
  '&a',
  '*a',
  '!a',
  '|',
  '>',
  '%a',
  '@a',
  '`a',
  "'",
  '"',
  '\\n',
  "it's",
  'ends with \\',
  ' padded ',
  'é ü 漢 😀',
  'FILLED',
];

const printable = fc
  .string({ unit: 'grapheme', maxLength: 200 })
  .filter((text) =>
    /^[\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text),
  );

function filled(value: string): string {
  const yaml = new YamlTemplate(TEMPLATE);
  yaml.fill(['top'], value);
  yaml.fill(['list'], [value, value]);
  yaml.fill(['map', 'inner'], value);
  return yaml.text();
}

function expectKept(value: string) {
  const expected = { top: value, list: [value, value], map: { inner: value }, end: 'kept' };
  const text = filled(value);
  expect(parse(text, { version: '1.2' })).toEqual(expected);
  expect(parse(text, { version: '1.1', schema: 'yaml-1.1' })).toEqual(expected);
}

describe('YamlTemplate', () => {
  it.each(NASTY)('keeps the string %j a string', (value) => expectKept(value));

  it('keeps any printable string a string', () => {
    fc.assert(fc.property(fc.oneof(printable, fc.constantFrom(...NASTY)), expectKept), { numRuns: 500 });
  });

  it.each(['a\nb', 'a\rb', '\t', '\u0000', '\u007f', '\u0085', '\u2028', '\ufeff', '\ud800'])(
    'refuses %j',
    (value) => expect(() => filled(value)).toThrow('characters that no setting may have'),
  );

  it('keeps the comments', () => {
    expect(filled('x')).toBe(`# first
top: "x"
# of the list
list:
  - "x"
  - "x"
# of the map
map:
  inner: "x" # why
# last
end: kept
`);
  });

  it('takes a fragment away with its comment', () => {
    const yaml = new YamlTemplate(TEMPLATE);
    yaml.fill(['top'], 1);
    yaml.fill(['list'], []);
    yaml.remove(['map']);
    expect(yaml.text()).toBe('# first\ntop: 1\n# of the list\nlist: []\n# last\nend: kept\n');
  });

  it('empties a list or a map, and says why', () => {
    const yaml = new YamlTemplate('# a\nmap: # first\n  # inner\n  key: 1\n# b\nlist:\n  - 1\n# c\nend: 1\n');
    yaml.empty(['map']);
    yaml.empty(['list'], ' why');
    expect(yaml.text()).toBe('# a\nmap: {}\n# why\nlist: []\n# c\nend: 1\n');
  });

  it.each([
    ['a placeholder that is left', (yaml: YamlTemplate) => yaml.text()],
    ['a place that is not in the template', (yaml: YamlTemplate) => yaml.fill(['nowhere'], 1)],
    ['a place that holds no placeholder', (yaml: YamlTemplate) => yaml.fill(['end'], 1)],
    ['a fragment that is not there', (yaml: YamlTemplate) => yaml.remove(['nowhere'])],
    ['a number that is none', (yaml: YamlTemplate) => yaml.fill(['top'], Number.NaN)],
    ['a list with a comment beside it', () => new YamlTemplate('list: FILL # beside\n').fill(['list'], [])],
    ['a key that is there', (yaml: YamlTemplate) => yaml.add([], 'end', {})],
  ])('refuses %s', (_, act) => {
    expect(() => act(new YamlTemplate(TEMPLATE))).toThrow();
  });
});
