import type { Evidence, Exchange } from './evidence.ts';
import type { Software } from './recipes.ts';

/** Where answers come from: the server name's own website, or the place that it delegates to. */
export type Spot = 'name' | 'homeserver';

const MARKS: readonly (readonly [Software, RegExp])[] = [
  ['nginx', /nginx|openresty/i],
  ['Apache', /apache/i],
  ['Caddy', /caddy/i],
  ['Traefik', /traefik/i],
  ['HAProxy', /haproxy/i],
  ['Cloudflare', /cloudflare/i],
];

/**
 * The web server that answers there, by the headers Server and Via (RFC 9110, 10.2.4 and 7.6.3); undefined when they
 * do not say. Traefik and HAProxy name themselves in no header; Traefik does in the certificate that it makes for itself.
 */
export function serverSoftware(evidence: Evidence, spot: Spot): Software | undefined {
  for (const { headers, tls } of spot === 'name' ? atTheName(evidence) : atTheHomeserver(evidence)) {
    const said = `${headers?.server ?? ''} ${headers?.via ?? ''}`;
    const found = MARKS.find(([, mark]) => mark.test(said));
    if (found) return found[0];
    if (/TRAEFIK DEFAULT/i.test(tls?.chain[0]?.issuer ?? '')) return 'Traefik';
  }
  return undefined;
}

function atTheHomeserver({ addresses }: Evidence): Exchange[] {
  return addresses.flatMap(({ version, keys, routes, tls }) =>
    [version, keys, routes?.plain].flatMap((one) => (one ? [{ ...one, ...(tls ? { tls } : {}) }] : [])),
  );
}

function atTheName({ wellKnown, clientWellKnown }: Evidence): Exchange[] {
  const chains = [...(wellKnown ?? []), ...(clientWellKnown ? [clientWellKnown] : [])];
  return chains.flatMap(({ exchanges }) => exchanges);
}
