import { fileURLToPath } from 'node:url';
import { adminPassword, PRIVATE_NETWORKS, product } from '../../support/product.ts';
import { operator, trust } from '../../world/index.ts';

const LOGIN = fileURLToPath(new URL('./login.ts', import.meta.url));

/** Logs in as the administrator from the operator's machine, with the password that init left for it. */
export const logIn = async (domain: string, matrixHost = `matrix.${domain}`): Promise<string> => {
  const { stdout } = await operator.run([process.execPath, LOGIN], {
    input: JSON.stringify({
      baseUrl: `https://${matrixHost}`,
      user: 'admin',
      password: adminPassword(domain),
    }),
    reject: true,
  });
  return stdout.trim();
};

/** Exit code and text of `matrix-bastion check`: 0 is green. */
export const check = async (domain: string): Promise<{ exitCode: number; all: string }> => {
  const { exitCode, all } = await product([
    'check',
    domain,
    '--ca-file',
    trust.caFile,
    ...PRIVATE_NETWORKS.flatMap((range) => ['--federate-with', range]),
  ]);
  return { exitCode, all };
};

/** A page as the operator sees it: its text, then status and content type. With `at`, asked of that address whatever the DNS says. */
export const page = async (url: string, at?: string): Promise<string> => {
  const place = at === undefined ? [] : ['--resolve', `${new URL(url).hostname}:443:${at}`];
  const write = ['-w', '\n%{http_code} %{content_type}'];
  return (await operator.run(['curl', '-sS', '--max-time', '10', ...write, ...place, url])).stdout;
};
