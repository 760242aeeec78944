import { askOrFail } from '../../apply/admin-api.ts';
import { type Invite, readInviteToken } from '../../people/invites.ts';
import type { Server } from '../admin/server.ts';

export const TOKENS = '/_synapse/admin/v1/registration_tokens';

/** Milliseconds since 1970 by the machine's clock: Synapse judges by that one whether a token has expired. */
export const nowOn = ({ facts }: Server): number => facts.machine.clock * 1000;

/** Every token that Synapse knows, also used and expired ones. */
export const allInvites = async ({ api }: Server): Promise<readonly Invite[]> => {
  const body = await askOrFail(api, { method: 'GET', path: TOKENS }, 'The invitations could not be listed.');
  return ((body.registration_tokens as Record<string, unknown>[] | undefined) ?? []).map(readInviteToken);
};
