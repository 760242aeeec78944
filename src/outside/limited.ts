import type { ClientLooks } from './client-api.ts';

/** For all requests of a look together: it goes beside the other looks, and must not be what they wait for. */
const LIMIT_MS = 10_000;

/** A look with a limit of its own; undefined when it fails or takes longer. Rejects when the looks are aborted. */
export const limited = async <T>(
  looks: ClientLooks,
  look: (looks: ClientLooks) => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await look({ ...looks, signal: AbortSignal.any([looks.signal, AbortSignal.timeout(LIMIT_MS)]) });
  } catch {
    looks.signal.throwIfAborted();
    return undefined;
  }
};
