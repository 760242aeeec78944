import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { authority, type Certificate } from './authority.ts';
import { network, paths, ports } from './paths.ts';
import { logOf, runs, startDaemon, stillRuns } from './processes.ts';
import { until } from './wait.ts';

/** The root of the certificates that the world's ACME server issues; pebble makes a new one at every start. */
export const rootFile = join(paths.trust, 'acme-root.pem');

export async function startAcme(pebble: string, { certificate, key }: Certificate): Promise<void> {
  if (!runs('acme')) {
    const settings = join(paths.config, 'acme.json');
    const listen = `127.0.0.1:${ports.acme}`;
    const managementListenAddress = `127.0.0.1:${ports.acmeManagement}`;
    const files = { certificate, privateKey: key };
    const rules = { httpPort: 80, tlsPort: 443, ocspResponderURL: '', externalAccountBindingRequired: false };
    writeFileSync(
      settings,
      JSON.stringify({ pebble: { listenAddress: listen, managementListenAddress, ...files, ...rules } }),
    );
    await startDaemon({
      name: 'acme',
      command: pebble,
      args: ['-config', settings, '-dnsserver', `${network.gateway4}:53`],
      // No invented failures and no invented waits; a valid authorization is used again, as the real one does.
      env: { PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '100' },
    });
  }
  writeFileSync(rootFile, await until('The ACME server', () => stillRuns('acme') && ask('/roots/0'), 20_000));
}

function ask(path: string): Promise<string> {
  const ca = readFileSync(authority.certificate);
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port: ports.acmeManagement, path, ca, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
      },
    );
    call.on('error', reject);
    call.end();
  });
}

const count = (pattern: RegExp) => readFileSync(logOf('acme'), 'utf8').match(pattern)?.length ?? 0;

/** What the ACME server has been asked for since it started: the difference of two counts is what happened between. */
export const acme = {
  orders: (): number => count(/Added order "[^"]+" to the db/g),
  certificates: (): number => count(/Issued certificate serial/g),
  log: (): string => readFileSync(logOf('acme'), 'utf8'),
} as const;
