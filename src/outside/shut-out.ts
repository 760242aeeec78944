import { type ClientLooks, postToClientApi } from './client-api.ts';

/** On nobody's list: a name that can never be a server's (RFC 2606, section 2). */
const STRANGER = 'matrix-bastion.invalid';

/** It goes beside the other looks, and must not be what they wait for. */
const LIMIT_MS = 10_000;

/**
 * Asks as a server that is on no list. A server that does not talk to everybody says 403 before it looks at the signature
 * (synapse/federation/transport/server/_base.py, Authenticator.authenticate_request); any other one asks for a signature that
 * holds. Only where federation is not open: an open server would look for the keys of that name.
 * @returns whether it was refused; undefined when that could not be told
 */
export const isStrangerShutOut = async (
  baseUrl: string,
  looks: ClientLooks,
): Promise<boolean | undefined> => {
  const limited = { ...looks, signal: AbortSignal.any([looks.signal, AbortSignal.timeout(LIMIT_MS)]) };
  const url = new URL('/_matrix/federation/v1/user/keys/query', baseUrl);
  const authorization = `X-Matrix origin="${STRANGER}",key="ed25519:none",sig="none"`;
  try {
    const answer = await postToClientApi(url, limited, { device_keys: {} }, authorization);
    if (!('reply' in answer)) return undefined;
    const { status, body } = answer.reply;
    if (status === 403) return body.errcode === 'M_FORBIDDEN' ? true : undefined;
    return status === 401 || answer.reply.ok ? false : undefined;
  } catch {
    looks.signal.throwIfAborted();
    return undefined;
  }
};
