import { cpSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CURRENT_POSTGRES } from '../../src/releases/current.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of the built package, as another release of it would be. */
const copyOfPackage = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'bastion-release-'));
  for (const part of ['bin', 'dist', 'templates', 'package.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
};

const install = (folder: string, version: string, postgres: number = CURRENT_POSTGRES): string => {
  writeFileSync(
    join(folder, 'dist/releases/current.js'),
    `export const CURRENT_SYNAPSE = ${JSON.stringify(version)};\nexport const CURRENT_POSTGRES = ${postgres};\n`,
  );
  return join(folder, 'bin', 'matrix-bastion.js');
};

/** The program of a release that installs an older Synapse of the table, or an older Postgres. */
export const olderRelease = (version: string, postgres?: number): string =>
  install(copyOfPackage(), version, postgres);

/** The program of a release that installs a Synapse that is not in the table yet, like the newest in it but for `more`. */
export const newerRelease = (version: string, more: object = {}): string => {
  const folder = copyOfPackage();
  const table = join(folder, 'dist/releases/synapse.js');
  renameSync(table, join(folder, 'dist/releases/published.js'));
  const added = JSON.stringify({
    version,
    image: `ghcr.io/element-hq/synapse:v${version}`,
    changes: [],
    ...more,
  });
  writeFileSync(
    table,
    `import { SYNAPSE_VERSIONS as published } from './published.js';
export * from './published.js';
export const SYNAPSE_VERSIONS = [...published, { ...published.at(-1), ...${added} }];
`,
  );
  return install(folder, version);
};
