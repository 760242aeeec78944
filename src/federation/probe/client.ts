import { baseUrl, CLIENT_ORIGIN, versionsUrl } from '../client-file.ts';
import type { Chain, Evidence } from '../evidence.ts';
import type { Questions } from '../network.ts';
import { type FollowOptions, follow } from '../redirects.ts';
import { WELL_KNOWN_LIMIT } from '../resolve.ts';

type ClientEvidence = Pick<Evidence, 'clientWellKnown' | 'clientVersions' | 'support'>;

/** The files that clients and people read, and the server that the client file points to. */
export async function probeClient(
  host: string,
  ask: Questions,
  options: Omit<FollowOptions, 'limit'>,
): Promise<ClientEvidence> {
  const plain = { ...options, limit: WELL_KNOWN_LIMIT };
  const file = (name: string) => new URL(`https://${host}/.well-known/matrix/${name}`);
  const [{ clientWellKnown, clientVersions }, support] = await Promise.all([
    probeClientFile(file('client'), ask, { ...plain, headers: { Origin: CLIENT_ORIGIN } }),
    follow(file('support'), undefined, ask, plain),
  ]);
  return { clientWellKnown, support, ...(clientVersions ? { clientVersions } : {}) };
}

async function probeClientFile(url: URL, ask: Questions, options: FollowOptions) {
  const clientWellKnown = await follow(url, undefined, ask, options);
  const versions = versionsUrl(baseUrl(clientWellKnown));
  if (!versions) return { clientWellKnown };
  const clientVersions: Chain = await follow(versions, undefined, ask, { ...options, foreign: true });
  return { clientWellKnown, clientVersions };
}
