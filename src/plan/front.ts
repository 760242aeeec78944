import type { Answers } from '../answers/answers.ts';
import { isLoopback, splitListen } from '../answers/listen.ts';
import type { Facts } from './facts.ts';

/** Whether requests come to this machine first: not where a proxy on another one may hand them on. */
export const isInFront = ({ proxy }: Answers): boolean => {
  const listen = proxy && splitListen(proxy.listen);
  return listen === undefined || isLoopback(listen);
};

/**
 * Addresses at which the server is reached. With a proxy that may be on another machine these are the Matrix host's as
 * well, whatever they are: that is where the proxy is.
 */
export const frontAddresses = (answers: Answers, { host, outside }: Facts): string[] => {
  const own = [...host.addresses, ...outside.target, ...answers.publicAddress];
  const records = outside.names[answers.matrixHost];
  const elsewhere = isInFront(answers) ? [] : [...(records?.a ?? []), ...(records?.aaaa ?? [])];
  return [...new Set([...own, ...elsewhere])];
};
