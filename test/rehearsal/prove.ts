import { fileURLToPath } from 'node:url';
import { adminPassword } from '../support/product.ts';
import { operator } from '../world/index.ts';

const PROOF = fileURLToPath(new URL('./proof.ts', import.meta.url));

export interface Proved {
  readonly what: string;
  readonly seconds: number;
}

const server = (domain: string) => ({
  domain,
  baseUrl: `https://matrix.${domain}`,
  user: 'admin',
  password: adminPassword(domain),
});

/** Proves from the operator's place that two servers work and federate. @throws with the reason of the first that fails. */
export const proveFromOutside = async (first: string, second: string): Promise<Proved[]> => {
  const result = await operator.run([process.execPath, PROOF], {
    input: JSON.stringify([server(first), server(second)]),
  });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Proved);
};
