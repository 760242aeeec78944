import type { Goal } from './goal.ts';

/** Names that this machine holds a certificate for: the Matrix host, the domain where it points here, the web client. */
export const certifiedNames = ({ answers, apexHere }: Pick<Goal, 'answers' | 'apexHere'>): string[] => [
  ...new Set([
    answers.matrixHost,
    ...(apexHere ? [answers.domain] : []),
    ...(answers.client === undefined ? [] : [answers.client.host]),
  ]),
];
