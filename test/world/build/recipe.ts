import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, hashOfFolder } from '../cache.ts';
import { docker, tryDocker } from '../engine.ts';
import { paths } from '../paths.ts';
import { step } from '../progress.ts';
import { copyHostTrust } from './rootfs.ts';

/**
 * An image is made by running `build.sh` of its folder in the base image and keeping what it changed; `changes` holds
 * the settings, one Dockerfile line each. No image builder is needed, and nothing of this machine gets into a layer.
 */
export interface Recipe {
  name: string;
  /** A folder below test/world/images. */
  folder: string;
  base: string;
  /** Handed to build.sh, and put in the place of $1, $2 … in `changes`. */
  args?: readonly string[];
  /** Other files that build.sh finds beside itself: name there → file here. */
  files?: Readonly<Record<string, string>>;
  stopSignal?: string;
  /** The base has an entry point; `changes` says it again. */
  entered?: true;
}

export async function build({
  name,
  folder,
  base,
  args = [],
  files = {},
  stopSignal,
  entered,
}: Recipe): Promise<string> {
  const source = join(paths.source, 'images', folder);
  const identity = Object.entries(files).map(([as, file]) => `${as} ${identityOf(file)}`);
  const tag = `world/${name}:${hashOf(base, hashOfFolder(source), ...args, ...identity, stopSignal ?? '')}`;
  if ((await tryDocker(['image', 'inspect', tag])).exitCode === 0) return tag;
  return step(`Building ${name}`, async () => {
    mkdirSync(paths.scratch, { recursive: true });
    const context = mkdtempSync(join(paths.scratch, `${name.replaceAll('/', '-')}-`));
    try {
      cpSync(source, context, { recursive: true });
      for (const [as, file] of Object.entries(files)) copyFileSync(file, join(context, as));
      copyHostTrust(context);
      await runAndCommit({ name, base, args, stopSignal, entered, context, tag });
    } finally {
      rmSync(context, { recursive: true, force: true });
    }
    return tag;
  });
}

/** Large files are made by us below a name that holds their hash; small ones are read. */
function identityOf(file: string): string {
  return statSync(file).size > 1024 * 1024 ? file : hashOf(readFileSync(file));
}

interface Run {
  name: string;
  base: string;
  args: readonly string[];
  stopSignal: string | undefined;
  entered: true | undefined;
  context: string;
  tag: string;
}

async function runAndCommit({ name, base, args, stopSignal, entered, context, tag }: Run): Promise<void> {
  const container = `build-${name.replaceAll(/[^a-z0-9]/g, '-')}-${process.pid}`;
  const settings = readFileSync(join(context, 'changes'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replaceAll(/\$(\d)/g, (_, digit: string) => args[Number(digit) - 1] ?? ''));
  try {
    await docker([
      ...['run', '--name', container, '--network', 'host'],
      // The folder is in every Debian, so that mounting on it leaves no trace.
      ...['-v', `${context}:/mnt:ro`],
      ...(stopSignal === undefined ? [] : ['--stop-signal', stopSignal]),
      ...(entered ? ['--entrypoint', 'bash', base] : [base, 'bash']),
      ...['-eu', '/mnt/build.sh', ...args],
    ]);
    await docker(['commit', ...settings.flatMap((line) => ['--change', line]), container, tag]);
  } finally {
    await tryDocker(['rm', '-f', '-v', container]);
  }
}
