import { describe, expect, test } from 'vitest';
import { adminPassword } from '../../support/product.ts';
import { operator } from '../../world/index.ts';
import { askOne, logIn } from './ask.ts';
import type { TheLife } from './life.ts';

interface Whois {
  readonly devices: Readonly<
    Record<string, { readonly sessions: { readonly connections: { readonly ip: string }[] }[] }>
  >;
}

export const addresses = (life: TheLife): void => {
  describe('clients', () => {
    test.each([
      [4, operator.ip],
      [6, operator.ip6],
    ] as const)('are seen by Synapse with their own IPv%i address', async (family, address) => {
      const { server } = life();
      const { token } = await logIn(server.matrixHost, 'admin', adminPassword(server.domain), family);
      const headers = { Authorization: `Bearer ${token}` };
      const path = '/_matrix/client/v3/account/whoami';
      const whoami = await askOne({ host: server.matrixHost, path, headers, family });
      const { device_id: device = '' } = JSON.parse(whoami.body) as { device_id?: string };
      // The admin API is asked inside; the token comes on standard input, as a header.
      const url = `http://localhost:8008/_synapse/admin/v1/whois/@admin:${server.domain}`;
      const whois = await server.inside('synapse', `curl -s -H @- ${url}`, `Authorization: Bearer ${token}`);
      const { devices } = JSON.parse(whois) as Whois;
      const seen = Object.values(devices).flatMap(({ sessions }) =>
        sessions.flatMap(({ connections }) => connections.map(({ ip }) => ip)),
      );
      expect(seen, device).toContain(address);
      // The question itself came from inside; nobody else is seen, least of all a bridge's gateway.
      for (const ip of seen) expect([operator.ip, operator.ip6, '::1', '127.0.0.1']).toContain(ip);
    });
  });
};
