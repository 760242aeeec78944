import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { lockText } from '../../../src/apply/images.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { byLine, marked, script, tail } from '../../../src/apply/script.ts';
import { lockedFor, lockedImages } from '../../../src/steps/compare.ts';

const scripts = loadScripts();

describe('the scripts that run on the machine', () => {
  it.each(Object.keys(scripts))('%s is POSIX sh', (name) => {
    expect(execaSync('sh', ['-n'], { input: scripts[name] ?? '', reject: false }).stderr).toBe('');
  });

  it.each(["it's", '$(id)', '`id`', 'a b', '"', '\\', '$HOME', 'ä;rm -rf /', '-n'])(
    'takes %j as it is',
    (value) => {
      const text = script({ scripts: { 'x.sh': 'printf \'%s\' "$value"' } }, 'x.sh', { value });
      expect(execaSync('sh', ['-s'], { input: text }).stdout).toBe(value);
    },
  );

  it('is an error when it is not in the package', () => {
    expect(() => script({ scripts: {} }, 'x.sh')).toThrow('x.sh is missing');
  });
});

describe('output of scripts', () => {
  it('finds the last marked line', () => {
    expect(marked('MB-X one\nMB-XY other\nMB-X two\n', 'MB-X')).toBe('two');
    expect(marked('nothing', 'MB-X')).toBeUndefined();
  });
  it('keeps the last lines that say something', () => {
    expect(tail('a\n\nb\r\nc\n\n', 2)).toEqual(['b', 'c']);
  });
  it('cuts a stream into lines wherever the pieces end', () => {
    const seen: string[] = [];
    const feed = byLine((line) => seen.push(line));
    for (const piece of ['pull', 'ing\n  50 %\r', '100 %\n', 'rest']) feed('stdout', piece);
    expect(seen).toEqual(['pulling', '50 %', '100 %']);
  });
});

describe('the image lock', () => {
  const image = 'docker.io/library/redis:8-alpine';
  const ref = `${image}@sha256:${'a'.repeat(64)}`;
  it('is read back as it was written', () => {
    expect(lockedImages(lockText({ redis: ref, caddy: 'x@sha256:y' }))).toEqual({
      redis: ref,
      caddy: 'x@sha256:y',
    });
  });
  it('counts for its own tag only', () => {
    expect(lockedFor(ref, image)).toBe(true);
    expect(lockedFor(ref, 'docker.io/library/redis:9')).toBe(false);
    expect(lockedFor(undefined, image)).toBe(false);
  });
});
