import { describe, expect, it } from 'vitest';
import { boxText, steadyBox } from '../../../src/plan/box.ts';
import { hostFacts } from '../../support/facts.ts';

const planned = (text: string) => steadyBox(hostFacts({ plannedBox: text }));

describe('the box to plan for', () => {
  it.each([
    ['nothing recorded', '', '4 7900 234\n'],
    ['some MiB less after a kernel update', '4 7930 234', '4 7930 234\n'],
    ['a file system that shows some GiB less', '4 7900 240', '4 7900 240\n'],
    ['twice the memory', '4 3900 234', '4 7900 234\n'],
    ['more processors', '2 7900 234', '4 7900 234\n'],
    ['a record that cannot be read', 'garbage', '4 7900 234\n'],
  ])('%s', (_name, recorded, expected) => {
    expect(boxText(planned(recorded))).toBe(expected);
  });
});
