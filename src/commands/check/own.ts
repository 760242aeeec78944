import { proxyOf } from '../../answers/raw.ts';
import { resolveAnswers } from '../../answers/resolve.ts';
import { readStored } from '../../answers/store.ts';
import type { Environment } from '../../cli/context.ts';
import type { OwnServer } from '../../federation/evidence.ts';
import { ownServer } from '../../outside/look.ts';

export interface OwnRecord {
  readonly server: OwnServer;
  /** Authorities of a closed federation, PEM. */
  readonly extraCa?: string;
  readonly privateNetworks: readonly string[];
}

/** What `init` left on this machine about a server that it installed: then more is known of it than others can see. */
export async function ownRecord(serverName: string, env: Environment): Promise<OwnRecord | undefined> {
  const stored = await readStored(serverName, { env });
  if (stored === undefined || stored.answers.problems.length > 0) return undefined;
  const { values } = resolveAnswers({ flags: {}, env: {}, stored: { operator: stored.answers.answers } });
  if (values.domain !== serverName || values.matrixHost === undefined) return undefined;
  const proxy = proxyOf(values);
  return {
    server: ownServer({ matrixHost: values.matrixHost, ...(proxy && { proxy }) }, stored.signingKeys),
    ...(values.federationCa !== undefined && { extraCa: values.federationCa }),
    privateNetworks: values.federateWith ?? [],
  };
}
