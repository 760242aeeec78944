/**
 * A forward proxy that keeps a record of whom a browser wants to reach; runs where the operator is. Standard output: its port,
 * then a line for each connection, `HOST:PORT`, written before it is tried. Plain HTTP is recorded and not carried.
 */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

const record = (line: string | number): void => {
  process.stdout.write(`${line}\n`);
};

const proxy = createServer((request, response) => {
  record(`${new URL(request.url ?? '', 'http://no-host').host} over plain HTTP`);
  response.writeHead(403).end();
});

proxy.on('connect', (request, client, head) => {
  record(request.url ?? '');
  const { hostname, port } = new URL(`https://${request.url}`);
  const upstream = connect(Number(port || 443), hostname);
  upstream.once('connect', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  upstream.once('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  client.on('error', () => upstream.destroy());
});

proxy.listen(0, '127.0.0.1', () => record((proxy.address() as AddressInfo).port));
