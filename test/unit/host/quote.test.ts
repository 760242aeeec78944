import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote, sh } from '../../../src/host/quote.ts';

/** The words that a real shell makes of a piece of text. */
function words(text: string): string[] {
  const script = `for word in ${text}; do printf '%s\\0' "$word"; done`;
  const out = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  return out.split('\0').slice(0, -1);
}

const anyWord = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed());

describe('quote', () => {
  test('whatever a word holds, a real shell reads it back as that one word', () => {
    fc.assert(
      fc.property(fc.array(anyWord, { minLength: 1, maxLength: 20 }), (list) => {
        expect(words(list.map(quote).join(' '))).toEqual(list);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    '',
    ' ',
    "'",
    "''",
    '"',
    '$HOME',
    '$(id)',
    '`id`',
    '\\',
    '\n',
    '*',
    '~',
    '-n',
    '#x',
    '!',
    '=x',
    'if',
  ])('%j survives', (word) => {
    expect(words(quote(word))).toEqual([word]);
  });

  test('NUL is refused', () => {
    expect(() => quote('a\0b')).toThrow(TypeError);
  });
});

describe('sh', () => {
  test('an array becomes one word per item, and none at all when it is empty', () => {
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 8 }), (list) => {
        expect(words(sh`first ${list} last`)).toEqual(['first', ...list, 'last']);
      }),
      { numRuns: 30 },
    );
  });

  test('numbers are written as they are, except those that are none', () => {
    expect(sh`chmod ${0o640} ${-1} ${1.5}`).toBe('chmod 416 -1 1.5');
    expect(() => sh`sleep ${Number.NaN}`).toThrow(TypeError);
    expect(() => sh`sleep ${Number.POSITIVE_INFINITY}`).toThrow(TypeError);
  });

  test('backslashes are the shell’s, and a brace expansion can be spelled', () => {
    expect(words(sh`"$(x=a/; printf '%s\n' "\${x%/}" \`echo b\`)"`)).toEqual(['a\nb']);
  });

  test('a word is safe after quotes are closed, inside $(…), and after a comment has ended', () => {
    expect(sh`echo "a"'b'${'c d'}`).toBe(`echo "a"'b''c d'`);
    expect(sh`x="$(cat ${'/a b'})"`).toBe(`x="$(cat '/a b')"`);
    expect(sh`# don't
cat ${'x'}`).toBe("# don't\ncat 'x'");
    expect(sh`echo a#b ${'x'}`).toBe("echo a#b 'x'");
    expect(sh`case ${'x'} in a) echo ${'y'} ;; esac`).toBe("case 'x' in a) echo 'y' ;; esac");
    expect(sh`echo \" ${'x'}`).toBe(`echo \\" 'x'`);
  });

  test.each([
    ['double quotes', () => sh`echo "${'x'}"`],
    ['single quotes', () => sh`echo '${'x'}'`],
    ['a comment', () => sh`true # ${'x'}`],
    ['an expansion', () => sh`echo ${'a'} \${x:-${'b'}}`],
    ['backticks', () => sh`echo \`cat ${'x'}\``],
    ['quotes that a former part opened', () => sh`echo ${'a'} "b ${'c'}"`],
    [
      'a template with a here-document',
      () => sh`cat <<EOF
${'x'}
EOF`,
    ],
  ])('an interpolation inside %s is a mistake that is caught', (_name, make) => {
    expect(make).toThrow(TypeError);
  });
});
