import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordObjection, pgpassLine, pgpassPrefix } from '../../../src/database/pgpass.ts';

const SERVER = { host: '2001:db8::7', port: 5432, name: 'a:b', user: 'c\\d' };

/**
 * The fifth field as libpq reads it: up to an unescaped colon or the end of the line, without the backslashes
 * (fe-connect.c, `passwordFromFile`).
 */
const readBack = (line: string): string => {
  const rest = line.replace(/\n$/, '').slice(pgpassPrefix(SERVER).length);
  const [field = ''] = /^(?:\\[\s\S]|[^\\:])*/.exec(rest) ?? [];
  return field.replace(/\\([\s\S])/g, '$1');
};

describe('the password file', () => {
  it('has one line, of which all but the password is known before', () => {
    expect(pgpassLine(SERVER, 'p')).toBe('2001\\:db8\\:\\:7:5432:a\\:b:c\\\\d:p:\n');
    expect(pgpassLine(SERVER, 'p').startsWith(pgpassPrefix(SERVER))).toBe(true);
  });

  it('gives back every password that Postgres takes', () => {
    const password = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !passwordObjection(text));
    fc.assert(fc.property(password, (text) => readBack(pgpassLine(SERVER, text)) === text));
    for (const hard of ['a:', ':', '\\', 'a\\', '\\:', ' x ', 'x\r', '#']) {
      expect(readBack(pgpassLine(SERVER, hard))).toBe(hard);
    }
  });

  it('takes none that a line cannot hold', () => {
    expect(passwordObjection('a\nb')).toContain('line break');
    expect(passwordObjection('a\0b')).toContain('NUL');
    expect(() => pgpassLine(SERVER, 'a\nb')).toThrow('let through');
  });
});
