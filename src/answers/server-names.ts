import type { Answers } from './answers.ts';

/** Every name that the server is looked up and looked at under, the domain first. */
export const serverNames = ({ domain, matrixHost, client }: Answers): string[] => [
  ...new Set([domain, matrixHost, ...(client === undefined ? [] : [client.host])]),
];
