/** One check of the world that standard input describes, as a process of its own: started, checked, ended. */
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';

interface World {
  readonly serverName: string;
  readonly dns: string;
  /** PEM. */
  readonly roots: string;
  /** `ip:port` → the port on 127.0.0.1 that stands for it. */
  readonly ports: Readonly<Record<string, number>>;
}

const { checkFederation } = (await import(
  new URL('../dist/federation/check.js', import.meta.url).href
)) as typeof import('../src/federation/check.ts');
const { serverName, dns, roots, ports } = (await json(process.stdin)) as World;
const { verdict } = await checkFederation(serverName, {
  dns: [dns],
  extraCa: roots,
  timeout: 20_000,
  vantage: 'operator',
  privateNetworks: ['127.0.0.0/8', '::1/128'],
  connect: (ip, port) => connect({ host: '127.0.0.1', port: ports[`${ip}:${port}`] ?? 1 }),
});
console.log(verdict.verdict);
