import { describe, expect, it } from 'vitest';
import { fillText } from '../../../src/render/fill-text.ts';

describe('fillText', () => {
  it('fills, and drops the line of what is absent', () => {
    expect(fillText('a <<A>> <<A>>\n\tb <<B>>\nc\n', { A: '$& $1', B: undefined })).toBe(
      'a $& $1 $& $1\nc\n',
    );
  });

  it.each([
    ['nothing to fill with', '<<A>>', {}],
    ['no place for a value', 'a', { A: 'x' }],
    ['no place for an absent value', 'a', { A: undefined }],
    ['a value that is a placeholder', '<<A>>', { A: '<<B>>' }],
    ['a placeholder that is misspelt', '<<a>>', {}],
  ])('refuses %s', (_, template, values) => {
    expect(() => fillText(template, values)).toThrow('template');
  });
});
