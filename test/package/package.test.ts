import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'matrix-bastion-package-'));
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

interface Packed {
  readonly filename: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

let packed: Packed;
let tarball: string;

/** A Node of that major version, from its npm package. */
const node = (major: number): string => join(folder, `node-${major}`, 'node_modules', 'node', 'bin', 'node');

beforeAll(async () => {
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', folder], { cwd: CHECKOUT });
  packed = (JSON.parse(stdout.slice(stdout.indexOf('['))) as Packed[])[0] as Packed;
  tarball = join(folder, packed.filename);
  await execa('npm', ['install', ...quiet, '--ignore-scripts', '--prefix', join(folder, 'user'), tarball]);
  for (const major of [18, 20, 22, 24]) {
    await execa('npm', ['install', ...quiet, '--prefix', join(folder, `node-${major}`), `node@${major}`]);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bin = (): string => join(folder, 'user', 'node_modules', 'matrix-bastion', 'bin', 'matrix-bastion.js');

describe('the packed package', () => {
  it('holds what users need and nothing else, in half a megabyte', () => {
    const tops = new Set(packed.files.map(({ path }) => path.split('/')[0]));
    expect([...tops].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'package.json',
      'templates',
    ]);
    expect(packed.files.filter(({ path }) => /(^|\/)tests?\/|\.test\.|\.map$|\.ts$/.test(path))).toEqual([]);
    expect(packed.size).toBeLessThan(500_000);
    expect(packed.unpackedSize).toBeLessThan(1_250_000);
  });

  it('holds what the sources of now compile to, nothing of a source that is gone', () => {
    const sources = readdirSync(join(CHECKOUT, 'src'), { recursive: true, encoding: 'utf8' });
    const compiled = sources.filter((path) => path.endsWith('.ts')).map((path) => path.replace(/ts$/, 'js'));
    const shipped = packed.files.map(({ path }) => path).filter((path) => path.startsWith('dist/'));
    expect(shipped.sort()).toEqual(compiled.map((path) => `dist/${path}`).sort());
  });

  it('has no folder of the machine that it was built on in its code', () => {
    const home = [homedir(), CHECKOUT].map((path) => path.replace(/\/$/, ''));
    const root = join(folder, 'user', 'node_modules', 'matrix-bastion');
    const code = packed.files.filter(({ path }) => path.startsWith('dist/'));
    const naming = code.filter(({ path }) => {
      const text = readFileSync(join(root, path), 'utf8');
      return home.some((one) => text.includes(`${one}/`));
    });
    expect(naming.map(({ path }) => path)).toEqual([]);
  });

  it('has no scripts that run when it is installed', () => {
    const { scripts } = JSON.parse(
      readFileSync(join(folder, 'user', 'node_modules', 'matrix-bastion', 'package.json'), 'utf8'),
    ) as { scripts: Record<string, string> };
    const atInstall = Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name));
    expect(atInstall).toEqual([]);
  });

  it.each([20, 22, 24])('works on Node %i, installed without running scripts', async (major) => {
    const run = (...args: string[]) => execa(node(major), [bin(), ...args], { reject: false });
    const version = await run('--version');
    expect([version.exitCode, version.stdout.split('\n')[0]]).toEqual([0, '0.1.0']);
    expect((await run('--help')).stdout).toContain('matrix-bastion init root@');
    const plan = await run('plan', '--tier', 'garrison', '--rooms', '20', '--domain', 'example.org');
    expect(plan.exitCode).toBe(0);
    expect(plan.stdout).toMatch(/Sum\s+8192 of 8192 MiB/);
    const wrong = await run('init', 'root@192.0.2.1', '--domain', 'nonsense', '--non-interactive');
    expect([wrong.exitCode, /--domain/.test(wrong.stderr)]).toEqual([2, true]);
  });

  it('says in one sentence what to do on a Node that is too old', async () => {
    const run = await execa(node(18), [bin(), 'init'], { reject: false });
    expect(run.exitCode).not.toBe(0);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toContain('npx -p node@24 -p matrix-bastion matrix-bastion init');
  });

  it('does what that sentence says', async () => {
    const run = await execa('npx', ['--yes', '-p', 'node@24', '-p', tarball, 'matrix-bastion', '--version'], {
      cwd: folder,
    });
    expect(run.stdout.split('\n')[0]).toBe('0.1.0');
  });
});
