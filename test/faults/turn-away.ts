import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { certificateFor } from '../world/authority.ts';
import { network } from '../world/paths.ts';

/** Where it listens, for the machines of the world. */
export const TURNED_AWAY_AT = `${network.gateway4}:8429`;

const BODY = JSON.stringify({
  errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }],
});

/** A registry that answers 429 to everybody, as Docker Hub's does. @returns its end */
export const turnAway = async (): Promise<() => void> => {
  const { certificate, key } = await certificateFor(['ghcr.io', 'registry-1.docker.io']);
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json' }).end(BODY);
    },
  );
  const [host, port] = TURNED_AWAY_AT.split(':');
  await new Promise<void>((resolve) => server.listen(Number(port), host, resolve));
  return () => {
    server.closeAllConnections();
    server.close();
  };
};
