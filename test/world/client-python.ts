import { nioImage } from './build/images.ts';
import { tryDocker } from './engine.ts';
import { network } from './paths.ts';
import type { RunResult } from './shell.ts';
import { trust } from './trust.ts';

/** Runs a Python program with matrix-nio as another computer on the world's network: its names, its trust. */
export async function pythonClient(program: string, input: string): Promise<RunResult> {
  const image = await nioImage();
  const args = ['run', '--rm', '-i', '--network', network.name, '--dns', network.gateway4];
  const roots = ['-v', `${trust.bundleFile}:/roots.pem:ro`, '-e', 'SSL_CERT_FILE=/roots.pem'];
  return tryDocker([...args, ...roots, image, 'python3', '-c', program], { input });
}
