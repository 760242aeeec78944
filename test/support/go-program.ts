import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installMissing } from '../world/packages.ts';
import { cache } from '../world/paths.ts';

const SOURCE = fileURLToPath(new URL('../federation-go', import.meta.url));
/** Go 1.21 or newer, by its go.mod. */
const DENDRITE = 'github.com/matrix-org/dendrite/cmd/dendrite@v0.13.8';

export type GoProgram =
  | { readonly path: string }
  /** Why there is none: Go or its modules cannot be had on this machine. */
  | { readonly missing: string };

/**
 * The program of test/federation-go, built once for its sources and this version of Go (20 s; later 10 ms).
 * Installs Debian's Go where root can. Throws when there is everything and the program does not compile.
 */
export async function goProgram(): Promise<GoProgram> {
  return built('federation-go', sources(), async (go, target) => {
    const modules = await execa(go, ['mod', 'download'], { cwd: SOURCE, env: ENV, reject: false });
    if (modules.failed) return `Go's modules cannot be fetched: ${lastLine(modules.stderr)}`;
    await execa(go, ['build', '-trimpath', '-o', target, '.'], { cwd: SOURCE, env: ENV });
    return undefined;
  });
}

/** Dendrite, a homeserver that is not Synapse, built once (some two minutes of one core) with SQLite in Go. */
export async function dendrite(): Promise<GoProgram> {
  return built('dendrite', [DENDRITE], async (go, target) => {
    const folder = `${target}.bin`;
    const made = await execa(go, ['install', '-trimpath', DENDRITE], {
      env: { ...ENV, GOBIN: folder },
      reject: false,
    });
    if (made.failed) return `Dendrite cannot be built here: ${lastLine(made.stderr)}`;
    renameSync(join(folder, 'dendrite'), target);
    rmSync(folder, { recursive: true });
    return undefined;
  });
}

/** Runs a command of federation-go with `input` as JSON and returns its output, one JSON document a line. */
export async function runGo(path: string, command: string, input: readonly unknown[]): Promise<unknown[]> {
  const lines = input.map((one) => JSON.stringify(one)).join('\n');
  const { stdout } = await execa(path, [command], { input: lines, maxBuffer: 256 * 1024 * 1024 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

/** Without cgo neither a C compiler nor the system's resolver takes part. */
const ENV = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOTOOLCHAIN: 'local' };

/** @param make writes the program to `target`, or says why it cannot be had here */
async function built(
  name: string,
  parts: readonly (string | Buffer)[],
  make: (go: string, target: string) => Promise<string | undefined>,
): Promise<GoProgram> {
  const go = findGo() ?? (await installGo());
  if (go === undefined) return { missing: 'there is no Go: apt-get install golang-go' };
  const { stdout: version } = await execa(go, ['env', 'GOVERSION'], { env: ENV });
  const path = join(cache, 'go', `${name}-${hashOf([version, ...parts])}`);
  if (existsSync(path)) return { path };
  mkdirSync(join(path, '..'), { recursive: true });
  // Two runs may build at once: each its own, and the last one stays.
  const mine = `${path}.${randomUUID()}`;
  const missing = await make(go, mine);
  if (missing !== undefined) return { missing };
  renameSync(mine, path);
  return { path };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function findGo(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/go/bin', '/usr/bin'];
  return folders.map((folder) => join(folder, 'go')).find((path) => existsSync(path));
}

/** Undefined where it cannot be had, as for somebody who is not root. */
async function installGo(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  await installMissing([['go', 'golang-go']]).catch(() => {});
  return findGo();
}

function sources(): Buffer[] {
  const names = readdirSync(SOURCE).filter((name) => /\.go$|^go\./.test(name));
  return names.sort().flatMap((name) => [Buffer.from(name), readFileSync(join(SOURCE, name))]);
}

function hashOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}
