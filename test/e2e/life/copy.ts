import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { client, clientArgs } from '../../world/engine.ts';
import type { Vps } from '../../world/index.ts';
import { containerOf } from '../../world/machine-store.ts';

const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));

/** What an installation of the package brings to a machine, as paths in the checkout: itself and what it needs. */
const packagePaths = async (): Promise<string[]> => {
  const { stdout } = await execa('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: CHECKOUT });
  const modules = stdout
    .split('\n')
    .map((path) => path.slice(CHECKOUT.length))
    // What is inside a package comes with it.
    .filter((path) => path.lastIndexOf('node_modules/') === 0);
  return ['package.json', 'bin', 'dist', 'templates', ...modules];
};

/** Puts the product and a Node on a machine, as an admin who works there would have them; returns the command. */
export const copyProduct = async (vps: Vps, folder: string): Promise<string> => {
  const node = ['-C', dirname(process.execPath), basename(process.execPath)];
  const pack = ['--create', '--dereference', '-C', CHECKOUT, ...(await packagePaths()), ...node];
  await vps.exec(`mkdir -p ${folder}`);
  await execa('tar', pack, { encoding: 'buffer', buffer: false }).pipe(
    client,
    clientArgs(['cp', '-', `${containerOf(vps.name)}:${folder}`]),
  );
  return `${folder}/${basename(process.execPath)} ${folder}/bin/matrix-bastion.js`;
};
