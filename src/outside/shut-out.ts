import { type ClientLooks, postToClientApi } from './client-api.ts';
import { limited } from './limited.ts';

/** On nobody's list: a name that can never be a server's (RFC 2606, section 2). */
const STRANGER = 'matrix-bastion.invalid';

/**
 * Asks as a server that is on no list. A server that does not talk to everybody says 403 before it looks at the signature
 * (synapse/federation/transport/server/_base.py, Authenticator.authenticate_request); any other one asks for a signature that
 * holds. Only where federation is not open: an open server would look for the keys of that name.
 * @returns whether it was refused; undefined when that could not be told
 */
export const isStrangerShutOut = (baseUrl: string, looks: ClientLooks): Promise<boolean | undefined> =>
  limited(looks, async (some) => {
    const url = new URL('/_matrix/federation/v1/user/keys/query', baseUrl);
    const authorization = `X-Matrix origin="${STRANGER}",key="ed25519:none",sig="none"`;
    const answer = await postToClientApi(url, some, { device_keys: {} }, authorization);
    if (!('reply' in answer)) return undefined;
    const { status, body } = answer.reply;
    if (status === 403) return body.errcode === 'M_FORBIDDEN' ? true : undefined;
    return status === 401 || answer.reply.ok ? false : undefined;
  });
