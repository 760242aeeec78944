import type { InviteOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { inviteJson, inviteRows } from '../../people/invites.ts';
import type { Server } from '../admin/server.ts';
import { allInvites, nowOn } from './tokens.ts';

/** Every invitation, also those that are used up or have expired. */
export const list = async ({ json }: InviteOptions, server: Server): Promise<ExitCode> => {
  const invites = await allInvites(server);
  const { domain, context, machine } = server;
  const now = nowOn(server);
  if (json) {
    const shown = invites.map((invite) => inviteJson(invite, domain, now));
    context.ui.print(JSON.stringify({ server: domain, invitations: shown }, undefined, 2));
    return EXIT.done;
  }
  if (invites.length === 0) {
    context.ui.print(`There are no invitations. To make one: matrix-bastion invite create ${machine}`);
    return EXIT.done;
  }
  context.ui.grid({
    columns: ['Token', 'State', 'Accounts made', 'Until'].map((title) => ({ title, align: 'left' })),
    rows: inviteRows(invites, now),
  });
  return EXIT.done;
};
