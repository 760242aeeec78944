import { parseAnswersFile } from '../../answers/file.ts';
import { askOrFail } from '../../apply/admin-api.ts';
import { type Invite, type Place, readInviteToken } from '../../people/invites.ts';
import { PATHS } from '../../render/layout.ts';
import type { Server } from '../admin/server.ts';

export const TOKENS = '/_synapse/admin/v1/registration_tokens';

/** Milliseconds since 1970 by the machine's clock: Synapse judges by that one whether a token has expired. */
export const nowOn = ({ facts }: Server): number => facts.machine.clock * 1000;

/** The server's name, and its web client where its answers have one. */
export const placeOf = ({ domain, facts }: Server): Place => {
  const { client, clientHost } = parseAnswersFile(facts.storedAnswers, PATHS.answers).answers;
  return typeof client === 'string' && client !== 'none' && typeof clientHost === 'string'
    ? { domain, client: { name: client, host: clientHost } }
    : { domain };
};

/** Every token that Synapse knows, also used and expired ones. */
export const allInvites = async ({ api }: Server): Promise<readonly Invite[]> => {
  const body = await askOrFail(api, { method: 'GET', path: TOKENS }, 'The invitations could not be listed.');
  return ((body.registration_tokens as Record<string, unknown>[] | undefined) ?? []).map(readInviteToken);
};
