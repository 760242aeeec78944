/**
 * `npm run bench -- check`: how long the check of a healthy server takes beside the public tester's own library in Go
 * (test/federation-go), both as processes that are started, look and end, in turns in one run. Packets to the
 * server and to the name server take `--rtt` milliseconds there and back (50: a server on the same continent); the
 * TCP handshake alone does not, for both alike.
 */
import { createServer, connect as open, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { goProgram } from '../test/support/go-program.ts';
import { Lab, V4, V4_OTHER } from '../test/unit/federation/lab/lab.ts';
import { apex, homeserver } from '../test/unit/federation/lab/server.ts';
import { median } from './timing.ts';

const { rtt, rounds } = parseArgs({
  options: { rtt: { type: 'string', default: '50' }, rounds: { type: 'string', default: '15' } },
}).values;
const ONCE = fileURLToPath(new URL('./check-once.ts', import.meta.url));

const program = await goProgram();
if ('missing' in program) throw new Error(program.missing);

/** A port that leads to another one, every piece `ms` late in each direction. */
const delayed = async (port: number, ms: number): Promise<number> => {
  const pipe = (from: Socket, to: Socket): void => {
    from.on('data', (piece) => void setTimeout(() => to.writable && to.write(piece), ms));
    from.on('end', () => void setTimeout(() => to.end(), ms));
    from.on('error', () => to.destroy());
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const there = open({ port, host: '127.0.0.1', allowHalfOpen: true });
    pipe(client, there);
    pipe(there, client);
  });
  server.unref();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/** A healthy server with two addresses behind a name that delegates to it. */
const healthy = async (ms: number): Promise<Lab> => {
  const lab = await Lab.open({ dnsDelayMs: ms });
  lab.dns({ 'example.org': { A: [V4] }, 'matrix.example.org': { A: [V4, V4_OTHER] } });
  const files = apex('matrix.example.org:443', 'https://matrix.example.org');
  const places = [`${V4}:443`, `${V4_OTHER}:443`];
  await lab.internet.https(places, lab.good, homeserver('example.org', files));
  for (const place of places)
    lab.internet.standsFor(place, await delayed(lab.internet.ports[place] ?? 0, ms / 2));
  return lab;
};

const lab = await healthy(Number(rtt));
const world = JSON.stringify({
  serverName: 'example.org',
  dns: lab.names.address,
  roots: lab.authority.root.cert,
  ports: lab.internet.ports,
});

const timed = async (command: string, args: readonly string[], says: RegExp): Promise<number> => {
  const begun = performance.now();
  const { stdout } = await execa(command, args, { input: world });
  const ms = performance.now() - begun;
  if (!says.test(stdout)) throw new Error(`${command} does not find the server healthy: ${stdout}`);
  return ms;
};

const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  theirs.push(await timed(program.path, ['report'], /"federationOK":true/));
  ours.push(await timed(process.execPath, [ONCE], /^green$/));
}
await lab.close();
const [our, their] = [median(ours), median(theirs)];
console.log(
  `check of a healthy server: ${(our / their).toFixed(2)} × the public tester's library (${our.toFixed(0)} / ${their.toFixed(0)} ms, median of ${rounds}, ${rtt} ms there and back, Node ${process.version}; at most 1)`,
);
process.exit(0);
