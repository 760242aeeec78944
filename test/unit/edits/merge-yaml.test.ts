import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mergeYaml } from '../../../src/edits/merge-yaml.ts';

const BASE = `# ours
name: a # beside
list: [1, 2]
deep:
  one: 1
  two: 2
gone: x
`;

describe('a three-way merge', () => {
  it('leaves the edited text as it is, to the byte, when nothing of ours changed', () => {
    const edited = `${BASE}\n\n# mine\nextra:   {a:  1}\n`;
    expect(mergeYaml({ base: BASE, edited, rendered: BASE })).toEqual({ text: edited, conflicts: [] });
  });
  it('brings in what is new, changed and removed, and keeps what was added, changed and removed by hand', () => {
    const edited = `# mine, at the top
name: a # beside
list: [1, 2]
deep:
  one: 10 # by hand
  two: 2
  mine: yes
gone: x
# mine
extra: 1
`;
    const rendered = BASE.replace('two: 2', 'two: 22')
      .replace('gone: x\n', '')
      .replace('name: a', 'fresh: f\nname: b');
    const merged = mergeYaml({ base: BASE, edited, rendered });
    expect(merged?.conflicts).toEqual([]);
    expect(parse(merged?.text ?? '')).toEqual({
      fresh: 'f',
      name: 'b',
      list: [1, 2],
      deep: { one: 10, two: 22, mine: 'yes' },
      extra: 1,
    });
    expect(merged?.text).toContain('# mine, at the top');
    expect(merged?.text).toContain('one: 10 # by hand');
    expect(merged?.text).toContain('# mine\nextra: 1');
  });
  it('takes what both did the same for no conflict', () => {
    const both = BASE.replace('name: a', 'name: b').replace('gone: x\n', '');
    expect(mergeYaml({ base: BASE, edited: both, rendered: both })).toEqual({ text: both, conflicts: [] });
  });
  it.each([
    ['a value that both changed', ['name: a', 'name: mine'], ['name: a', 'name: ours'], 'name'],
    ['a list that both changed', ['[1, 2]', '[1, 2, 3]'], ['[1, 2]', '[0]'], 'list'],
    ['a key that was removed by hand', ['  two: 2\n', ''], ['two: 2', 'two: 3'], 'deep.two'],
    ['a key that we remove', ['gone: x', 'gone: mine'], ['gone: x\n', ''], 'gone'],
    ['a key that both added', ['gone: x', 'gone: x\nnew: 1'], ['gone: x', 'gone: x\nnew: 2'], 'new'],
    [
      'a map that was made something else',
      ['deep:\n  one: 1\n  two: 2', 'deep: 5'],
      ['one: 1', 'one: 7'],
      'deep',
    ],
  ])('names %s, and keeps the edit there', (_name, [a, b], [c, d], where) => {
    const edited = BASE.replace(a as string, b as string);
    const rendered = BASE.replace(c as string, d as string).replace('# ours', '# theirs');
    const merged = mergeYaml({ base: BASE, edited, rendered });
    expect(merged).toEqual({ text: edited, conflicts: [where] });
  });
  it('knows merge keys and aliases by their names', () => {
    const base = 'a: &a\n  x: 1\nb:\n  <<: *a\n  y: 1\n';
    const edited = base.replace('x: 1', 'x: 1\n  mine: 1');
    const rendered = base.replace('y: 1', 'y: 2');
    const merged = mergeYaml({ base, edited, rendered });
    expect(merged?.conflicts).toEqual([]);
    expect(parse(merged?.text ?? '', { merge: true })).toEqual({
      a: { x: 1, mine: 1 },
      b: { x: 1, mine: 1, y: 2 },
    });
  });
  it.each([
    ['not YAML', 'a: [1'],
    ['a list', '- a\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['empty', ''],
  ])('does not guess what %s means', (_name, edited) => {
    expect(mergeYaml({ base: BASE, edited, rendered: BASE.replace('name: a', 'name: b') })).toBeUndefined();
  });
  it('does not write an alias whose anchor was removed by hand', () => {
    const base = 'a: &a 1\nb: 2\n';
    expect(mergeYaml({ base, edited: 'a: 1\nb: 2\n', rendered: 'a: &a 1\nb: 2\nc: *a\n' })).toBeUndefined();
  });
});
