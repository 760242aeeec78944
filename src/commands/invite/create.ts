import { refusedBySynapse } from '../../apply/admin-api.ts';
import type { InviteOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Refusal } from '../../errors.ts';
import {
  DEFAULT_EXPIRY_MS,
  DEFAULT_USES,
  howToUse,
  inviteJson,
  linkOf,
  readInviteToken,
  tellsOthers,
  termsOf,
} from '../../people/invites.ts';
import { makeInviteToken } from '../../people/password.ts';
import { judgeRegistration, type RegistrationState } from '../../people/registration.ts';
import { jsonText } from '../../ui/json-text.ts';
import { alone, type Server } from '../admin/server.ts';
import { nowOn, placeOf, TOKENS } from './tokens.ts';

/** Makes tokens, and says how they are used. */
export const create = (options: InviteOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { api, domain, context } = server;
    const [registration] = await api([
      { method: 'POST', path: '/_matrix/client/v3/register', body: {}, anonymous: true },
    ]);
    const state = judgeRegistration(registration);
    if (state === 'unknown')
      throw refusedBySynapse(registration, 'Whether tokens are taken could not be told.');
    refuseUnlessByToken(state, server);
    const { uses = DEFAULT_USES, expires = DEFAULT_EXPIRY_MS, count = 1 } = options;
    const now = nowOn(server);
    const place = placeOf(server);
    const terms = {
      uses_allowed: uses === 'unlimited' ? null : uses,
      expiry_time: expires === 'never' ? null : now + expires,
    };
    const request = () => ({
      method: 'POST' as const,
      path: `${TOKENS}/new`,
      body: { token: makeInviteToken(), ...terms },
    });
    const replies = await api(Array.from({ length: count }, request));
    const wrong = replies.find(({ status }) => status !== 200);
    if (wrong !== undefined) throw refusedBySynapse(wrong, 'The invitation could not be made.');
    const invites = replies.map((reply) => readInviteToken(reply.body));
    if (options.json) {
      const shown = invites.map((invite) => inviteJson(invite, place, now));
      context.ui.print(jsonText({ server: domain, invitations: shown }));
      return EXIT.done;
    }
    context.ui.note(
      `Whoever has a token can make an account: send it as you would send a key.${invites.some((one) => tellsOthers(place, one)) ? ' The link hands it to app.cinny.in as well.' : ''}`,
    );
    // A code last: it is as high as a small terminal, and what came after it would push it out.
    for (const invite of invites) {
      context.ui.print(`Token ${invite.token}: ${termsOf(invite)}`);
      for (const line of howToUse(place, invite)) context.ui.print(`  ${line}`);
      await context.ui.qr('  The link as a code, for the camera of a phone:', linkOf(place, invite));
    }
    return EXIT.done;
  });

const refuseUnlessByToken = (
  state: Exclude<RegistrationState, 'unknown'>,
  { machine, domain }: Server,
): void => {
  if (state === 'token') return;
  const open = `matrix-bastion init ${machine} --domain ${domain} --registration invite`;
  if (state === 'open')
    throw new Refusal({
      code: 'MB-REGISTRATION-OPEN',
      what: `Anybody can register on ${domain} without a token.`,
      why: 'Something in conf.d opens registration; an invitation would mean nothing.',
      fix: ['Take it out of conf.d.', `Then: ${open}`],
      safe: 'No invitation was made.',
    });
  throw new Refusal({
    code: 'MB-INVITE-CLOSED',
    what: `Nobody can register on ${domain}, not with a token either.`,
    why: 'Its answers say registration: closed, the default.',
    fix: [
      `To let in holders of a token, and nobody else: ${open}`,
      `Or make the account yourself: matrix-bastion user add ${machine} NAME`,
    ],
    safe: 'No invitation was made; registration stays shut.',
  });
};
