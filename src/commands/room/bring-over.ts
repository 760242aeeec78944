import { type AdminRequest, askForEach } from '../../apply/admin-api.ts';
import { Failure } from '../../errors.ts';
import { printable } from '../../federation/printable.ts';
import { type Locals, type OldRoom, type Passage, passageOf } from '../../people/succession.ts';
import type { Server } from '../admin/server.ts';
import { stateOf } from './state.ts';

export interface Brought {
  readonly joined: readonly string[];
  readonly invited: readonly string[];
  readonly missed: readonly { readonly userId: string; readonly why: string }[];
}

export const NOBODY_BROUGHT: Brought = { joined: [], invited: [], missed: [] };

/** People in one round trip, and how long each may take: an invitation waits for its server, which may be gone. */
const BATCH = 8;
const SECONDS = 30;

/** Looks who is still to come over. @throws Failure MB-ROOM-SUCCESSOR where nobody here can bring them */
export const lookOver = async (
  old: OldRoom,
  roomId: string,
  settings: Locals & { readonly leads: boolean },
  server: Server,
): Promise<Passage> => {
  const successor = await stateOf(roomId, server);
  if (successor === undefined) throw nobodyThere(roomId, false);
  const passage = passageOf(old, successor, settings);
  const { join, invite } = passage.followers;
  if (join.length + invite.length > 0 && passage.invitesBy === undefined) throw nobodyThere(roomId, true);
  return passage;
};

/** Bans, invites and joins whoever is in the old room and was never in the new one. */
export const bringOver = async (
  { successor, followers, invitesBy = '', bansBy }: Passage,
  { api, context }: Server,
): Promise<Brought> => {
  const room = `/_matrix/client/v3/rooms/${encodeURIComponent(successor.roomId)}`;
  const invite = (userId: string): AdminRequest => ({
    method: 'POST',
    path: `${room}/invite`,
    seconds: SECONDS,
    body: { user_id: userId },
    user: invitesBy,
  });
  const join = (userId: string): AdminRequest => ({
    method: 'POST',
    path: `${room}/join`,
    body: {},
    user: userId,
  });
  const ban =
    (user: string) =>
    (userId: string): readonly AdminRequest[] => [
      { method: 'POST', path: `${room}/ban`, body: { user_id: userId }, user },
    ];
  const invitedAlready = new Set(successor.invited);
  const missed: { userId: string; why: string }[] = [];
  /** Each person's requests one after another; the last one counts. @returns who made it */
  const each = async (
    userIds: readonly string[],
    requestsFor: (userId: string) => readonly AdminRequest[],
  ): Promise<readonly string[]> => {
    const made: string[] = [];
    const replies = await askForEach(api, userIds, { requestsFor, batch: BATCH, signal: context.signal });
    for (const [index, userId] of userIds.entries()) {
      const last = replies[index];
      if (last?.status === 200) made.push(userId);
      else
        missed.push({
          userId,
          why: `${last?.status ?? 'no answer'} ${String(last?.body.error ?? '')}`.trim(),
        });
    }
    return made;
  };
  if (bansBy === undefined)
    missed.push(
      ...followers.ban.map((userId) => ({ userId, why: 'is banned; nobody of yours may ban there' })),
    );
  else await each(followers.ban, ban(bansBy));
  const joined = await each(followers.join, (userId) =>
    invitedAlready.has(userId) ? [join(userId)] : [invite(userId), join(userId)],
  );
  return { joined, invited: await each(followers.invite, (userId) => [invite(userId)]), missed };
};

const nobodyThere = (successor: string, known: boolean): Failure =>
  new Failure({
    code: 'MB-ROOM-SUCCESSOR',
    what: `Nobody of this server may invite into the successor, ${printable(successor, 255)}.`,
    why: known ? 'None of its members here has the power to.' : 'Nobody of this server is in it.',
    fix: [
      'Join it from a client: the old room leads there. Whoever has the power there can invite the others.',
    ],
    safe: 'Nothing was changed.',
  });
