import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A machine that takes connections and never says a word; it counts them. */
export const silentListener = async () => {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
