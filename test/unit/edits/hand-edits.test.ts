import { describe, expect, it } from 'vitest';
import { type EditChoices, NO_CHOICES, settle } from '../../../src/edits/hand-edits.ts';

const YAML = '/opt/matrix-bastion/compose.yaml';
const TEXT = '/opt/matrix-bastion/caddy/config/Caddyfile';
const choose = (kind: 'keep' | 'replace', path?: string): EditChoices => ({
  ...NO_CHOICES,
  [kind]: path === undefined ? { all: true, paths: [] } : { all: false, paths: [path] },
});
const kindOf = (...args: Parameters<typeof settle>) => settle(...args).edit?.kind;

describe('without a hand edit, or with one that says what we say', () => {
  it('ours ought to be there', () => {
    expect(settle(YAML, 'a: 1\n', undefined, NO_CHOICES)).toEqual({ content: 'a: 1\n' });
    expect(settle(YAML, 'a: 2\n', { base: 'a: 1\n', edited: 'a: 2\n' }, NO_CHOICES)).toEqual({
      content: 'a: 2\n',
    });
  });
});

describe('an edited YAML file', () => {
  const edit = { base: 'a: 1\nb: 1\n', edited: 'a: 5\nb: 1\n' };
  it('is kept when nothing of ours changed', () => {
    expect(settle(YAML, edit.base, edit, NO_CHOICES)).toEqual({
      content: edit.edited,
      edit: { ...edit, kind: 'kept', conflicts: [] },
    });
    expect(kindOf(YAML, edit.base, edit, choose('replace'))).toBe('kept');
    expect(kindOf(YAML, edit.base, edit, choose('replace', YAML))).toBe('replaced');
  });
  it('is merged when ours changed elsewhere', () => {
    const settled = settle(YAML, 'a: 1\nb: 2\n', edit, NO_CHOICES);
    expect(settled.content).toBe('a: 5\nb: 2\n');
    expect(settled.edit?.kind).toBe('merged');
  });
  it('needs a word when both changed the same, and is kept meanwhile', () => {
    const ours = 'a: 2\nb: 2\n';
    const open = settle(YAML, ours, edit, NO_CHOICES);
    expect(open.edit).toMatchObject({ kind: 'undecided', conflicts: ['a'] });
    expect(open.content).toBe('a: 5\nb: 2\n');
    expect(settle(YAML, ours, edit, choose('keep'))).toMatchObject({
      content: 'a: 5\nb: 2\n',
      edit: { kind: 'kept' },
    });
    expect(settle(YAML, ours, edit, choose('replace'))).toMatchObject({
      content: ours,
      edit: { kind: 'replaced' },
    });
    expect(kindOf(YAML, ours, edit, choose('keep', TEXT))).toBe('undecided');
    // A file's own word counts more than that for all.
    expect(kindOf(YAML, ours, edit, { ...choose('replace'), keep: { all: false, paths: [YAML] } })).toBe(
      'kept',
    );
  });
  it('needs a word when it cannot be read, also when nothing of ours changed', () => {
    const broken = { ...edit, edited: 'a: [1\n' };
    expect(kindOf(YAML, edit.base, broken, NO_CHOICES)).toBe('undecided');
    expect(kindOf(YAML, edit.base, broken, choose('replace'))).toBe('replaced');
  });
});

describe('an edited file that is no YAML', () => {
  const edit = { base: 'one\n', edited: 'mine\n' };
  it('is kept while ours stays the same, and needs a word otherwise', () => {
    expect(kindOf(TEXT, 'one\n', edit, NO_CHOICES)).toBe('kept');
    expect(kindOf(TEXT, 'two\n', edit, NO_CHOICES)).toBe('undecided');
    expect(settle(TEXT, 'two\n', edit, choose('keep', TEXT)).content).toBe('mine\n');
    expect(settle(TEXT, 'two\n', edit, choose('replace')).content).toBe('two\n');
  });
});
