import { copyFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built, hashOf, hashOfFolder } from '../cache.ts';
import { paths } from '../paths.ts';
import { step } from '../progress.ts';
import { sh } from '../shell.ts';

const packageFolder = (name: string): string =>
  fileURLToPath(new URL(`../../../node_modules/${name}`, import.meta.url));

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as { version: string })
    .version;

/**
 * Hydrogen, a web client with end-to-end encryption, as its makers publish it on npm: its program, its looks and olm.
 * Returns the path of a tar file whose content belongs at the root of a web server.
 */
export async function hydrogenFiles(): Promise<string> {
  const start = join(paths.source, 'hydrogen');
  const parts = ['hydrogen-view-sdk', '@matrix-org/olm', 'esbuild'].map(
    (name) => `${name} ${versionOf(name)}`,
  );
  const folder = await built('hydrogen', hashOf(hashOfFolder(start), ...parts), (target) =>
    step('Putting Hydrogen together', async () => {
      const site = join(target, 'site');
      const sdk = packageFolder('hydrogen-view-sdk');
      cpSync(join(sdk, 'asset-build/assets'), join(site, 'assets'), { recursive: true });
      copyFileSync(join(sdk, 'lib-build/sw.js'), join(site, 'sw.js'));
      copyFileSync(join(start, 'index.html'), join(site, 'index.html'));
      const olm = packageFolder('@matrix-org/olm');
      // At the root, where Cinny has its own.
      for (const name of ['olm.wasm', 'olm.js', 'olm_legacy.js'])
        copyFileSync(join(olm, name), join(site, name));
      // olm asks for these where it runs in Node.
      const nodes = ['crypto', 'path', 'fs'].map((name) => `--external:${name}`);
      const form = ['--bundle', '--format=esm', '--target=es2022', '--log-level=error', ...nodes];
      await sh(packageFolder('.bin/esbuild'), [
        join(start, 'main.js'),
        ...form,
        `--outfile=${join(site, 'main.js')}`,
      ]);
      await sh('tar', ['-cf', join(target, 'client.tar'), '-C', site, '.']);
    }),
  );
  return join(folder, 'client.tar');
}
