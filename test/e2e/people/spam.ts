/**
 * Tries to register many times without a token that is any good, run where the operator is; asks meanwhile for something
 * that every client asks for. JSON on standard input and output.
 */
import { MatrixClient } from '../../support/matrix-client.ts';
import { readInput } from '../workers/matrix.ts';

export interface Spammed {
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of the answers to somebody who did not try to register. */
  readonly longestMs: number;
}

const AT_ONCE = 20;

const { baseUrl, attempts } = await readInput<{ baseUrl: string; attempts: number }>();
const client = MatrixClient.guest(baseUrl);
const statuses: Record<string, number> = {};
let next = 0;

const spam = async (): Promise<void> => {
  while (next < attempts) {
    next += 1;
    const number = next;
    const stages = [
      { type: 'm.login.dummy' },
      { type: 'm.login.registration_token', token: `guess${number}` },
      undefined,
    ];
    const auth = stages[number % stages.length];
    const { status } = await client.post('/_matrix/client/v3/register', {
      username: `spam-${number}`,
      // Synapse hashes each password that comes with a try, a quarter of a second of a processor.
      ...(number % 10 === 0 && { password: 'spam spam spam' }),
      ...(auth && { auth }),
    });
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
};

const work = Promise.all(Array.from({ length: AT_ONCE }, spam)).then(() => true);
let longestMs = 0;
for (let isOver = false; !isOver; ) {
  const begun = performance.now();
  const { status } = await client.get('/_matrix/client/versions');
  if (status !== 200) throw new Error(`the server answers ${status} to others`);
  longestMs = Math.max(longestMs, Math.round(performance.now() - begun));
  isOver = await Promise.race([work, new Promise<false>((later) => setTimeout(later, 200, false))]);
}
console.log(JSON.stringify({ statuses, longestMs } satisfies Spammed));
