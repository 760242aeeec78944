import type { InviteOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { inviteJson, inviteRows } from '../../people/invites.ts';
import { jsonText } from '../../ui/json-text.ts';
import type { Server } from '../admin/server.ts';
import { allInvites, nowOn, placeOf } from './tokens.ts';

/** Every invitation, also those that are used up or have expired. */
export const list = async ({ json }: InviteOptions, server: Server): Promise<ExitCode> => {
  const invites = await allInvites(server);
  const { domain, context, machine } = server;
  const now = nowOn(server);
  if (json) {
    const shown = invites.map((invite) => inviteJson(invite, placeOf(server), now));
    context.ui.print(jsonText({ server: domain, invitations: shown }));
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
