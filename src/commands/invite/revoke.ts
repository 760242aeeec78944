import { refusedBySynapse } from '../../apply/admin-api.ts';
import type { InviteOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import type { Invite } from '../../people/invites.ts';
import { alone, type Server } from '../admin/server.ts';
import { allInvites, TOKENS } from './tokens.ts';

/** Fewer characters might be a slip, and would make a long list of what they fit. */
const LEAST = 4;

/** Takes an invitation back; accounts that were made with it stay. */
export const revoke = ({ token = '' }: InviteOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const invite = meant(token, await allInvites(server));
    const path = `${TOKENS}/${encodeURIComponent(invite.token)}`;
    const [reply] = await server.api([{ method: 'DELETE', path }]);
    if (reply?.status !== 200) throw refusedBySynapse(reply, 'The invitation could not be taken back.');
    const made = invite.completed;
    server.context.ui.print(
      `The token is void.${made === 0 ? '' : ` The ${made === 1 ? 'account' : `${made} accounts`} made with it stay${made === 1 ? 's' : ''}.`}`,
    );
    return EXIT.done;
  });

/** The one token that is or begins as typed: with its beginning the whole need not be on a command line. */
const meant = (typed: string, invites: readonly Invite[]): Invite => {
  const exact = invites.find(({ token }) => token === typed);
  if (exact !== undefined) return exact;
  const list = 'See which there are: matrix-bastion invite list';
  if (typed.length < LEAST)
    throw new UsageError(`Give the token, or at least its first ${LEAST} characters`, [list]);
  const found = invites.filter(({ token }) => token.startsWith(typed));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  throw new UsageError(
    first === undefined
      ? 'There is no such invitation on this server; it may have been revoked already'
      : `${found.length} invitations begin like that: give more of it`,
    [list],
  );
};
