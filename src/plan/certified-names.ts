import type { Goal } from './goal.ts';

/**
 * Names that this machine holds a certificate for: the Matrix host, the domain where it points here, the web client.
 * Behind somebody's proxy none: they are the proxy's.
 */
export const certifiedNames = ({ answers, apexHere }: Pick<Goal, 'answers' | 'apexHere'>): string[] => {
  if (answers.proxy !== undefined) return [];
  const { matrixHost, domain, client } = answers;
  const names = [matrixHost, ...(apexHere ? [domain] : []), ...(client === undefined ? [] : [client.host])];
  return [...new Set(names)];
};
