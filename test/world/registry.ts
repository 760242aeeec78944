import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from './cache.ts';
import { docker } from './engine.ts';
import { paths, ports } from './paths.ts';
import { runs, startDaemon, stillRuns } from './processes.ts';
import { step } from './progress.ts';
import { greeting, until } from './wait.ts';

const address = `127.0.0.1:${ports.registry}`;

/** One registry answers for all of the public ones: their repository names never collide. */
export async function startRegistry(): Promise<void> {
  if (runs('registry')) return;
  mkdirSync(paths.config, { recursive: true });
  mkdirSync(paths.registryData, { recursive: true });
  const settings = join(paths.config, 'registry.yml');
  writeFileSync(
    settings,
    `version: 0.1
log: { level: warn, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: "${paths.registryData}" }, delete: { enabled: true } }
http: { addr: "${address}", secret: world }
`,
  );
  await startDaemon({ name: 'registry', command: 'docker-registry', args: ['serve', settings] });
  await until(
    'The registry',
    () => stillRuns('registry') && greeting('127.0.0.1', ports.registry, false),
    20_000,
  );
}

/** Puts an image under the names by which the world pulls it; what is there already is not sent again. */
export async function publishImage(image: string, names: readonly string[]): Promise<void> {
  const done = join(paths.registryData, 'published');
  mkdirSync(done, { recursive: true });
  for (const name of names) {
    const mark = join(done, hashOf(name, image));
    if (existsSync(mark)) continue;
    await step(`Publishing ${name}`, async () => {
      const reference = `${address}/${name}`;
      await docker(['tag', image, reference]);
      await docker(['push', reference]);
      await docker(['rmi', reference]);
    });
    writeFileSync(mark, `${name} ${image}\n`);
  }
}
