import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../../bin/matrix-bastion.js', import.meta.url));

/** Starts the bin on a Node that says it is `version`. */
function start(version: string) {
  const fake = `Object.defineProperty(process, 'version', { value: ${JSON.stringify(version)} })`;
  const url = `data:text/javascript,${encodeURIComponent(fake)}`;
  return spawnSync(process.execPath, ['--import', url, bin, '--version'], { encoding: 'utf8' });
}

describe('a Node that is too old gets one sentence', () => {
  test.each(['v12.22.12', 'v18.20.8', 'v20.16.0', 'v21.7.3', 'v22.12.0', 'v23.4.0'])('%s', (version) => {
    const { status, stderr, stdout } = start(version);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `matrix-bastion needs Node 20.17, 22.13, 23.5 or newer and this is ${version}: run npx -p node@24 -p matrix-bastion matrix-bastion init\n`,
    );
  });
});

describe('a Node that fits is not turned away', () => {
  test.each(['v20.17.0', 'v20.99.0', 'v22.13.0', 'v23.5.0', 'v24.0.0', 'v26.1.0'])('%s', (version) => {
    expect(start(version).stderr).not.toContain('needs Node');
  });
});

test('the versions are those of package.json', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(engines.node).toBe('^20.17.0 || ^22.13.0 || >=23.5.0');
  expect(readFileSync(bin, 'utf8')).toContain(engines.node);
});

test('the file holds no syntax that Node 12 cannot read', () => {
  // Newer operators and keywords, looked for outside of strings and comments by their usual spelling.
  const code = readFileSync(bin, 'utf8').replace(/\/\/.*$/gm, '');
  expect(code).not.toMatch(/\?\.|\?\?|\|\|=|&&=|^\s*(import|export) |\bawait\b/m);
});
