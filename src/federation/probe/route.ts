import { createSocket } from 'node:dgram';
import { deferred } from '../deferred.ts';
import { ipFamily } from '../ip.ts';

/**
 * Whether this machine has a route to `ip`: a UDP connect asks the kernel's table and sends nothing.
 * TCP could not tell: "network unreachable" also comes from routers on the way.
 */
export async function hasRoute(ip: string): Promise<boolean> {
  const socket = createSocket(ipFamily(ip) === 6 ? 'udp6' : 'udp4');
  const { promise, resolve } = deferred<boolean>();
  try {
    socket.once('error', () => resolve(false));
    socket.connect(9, ip, () => resolve(true));
    return await promise;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
