/**
 * A TCP proxy that makes a round trip as long as to another continent: what comes in on either side goes out `ms` / 2
 * later, in order. Run in the operator's place: node delay-proxy.ts HOST PORT ADDRESS OWN-PORT MS COMMAND…; the output and
 * the exit code of the command become its own. Its last line on stderr counts the connections.
 */
import { spawn } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';

const [host = '', port = '', address = '', own = '', ms = '', program = '', ...args] = process.argv.slice(2);
const oneWay = Number(ms) / 2;
let connections = 0;

const delayed = (from: Socket, to: Socket): void => {
  from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), oneWay));
  from.on('end', () => setTimeout(() => to.end(), oneWay));
  from.on('error', () => to.destroy());
};

const server = createServer((client) => {
  connections += 1;
  client.setNoDelay(true);
  // A new connection takes a round trip before anything is sent.
  client.pause();
  setTimeout(() => {
    const machine = connect({ host, port: Number(port), noDelay: true });
    delayed(client, machine);
    delayed(machine, client);
    client.resume();
  }, oneWay * 2);
});

server.listen(Number(own), address, () => {
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('close', (code) => {
    process.stderr.write(`\nconnections ${connections}\n`);
    process.exit(code ?? 1);
  });
});
