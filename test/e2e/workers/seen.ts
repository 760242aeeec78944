import { randomBytes } from 'node:crypto';
import { expect, vi } from 'vitest';
import { type Answer, ask, type Question } from '../life/ask.ts';
import type { Server } from '../life/server.ts';

/** A request through the public Caddy, what came back, and which service's log has it. */
export interface Seen {
  readonly question: Question;
  readonly answer: Answer;
  readonly services: readonly string[];
}

const LIST = `docker ps --format '{{.Label "com.docker.compose.service"}} {{.ID}}' | grep -E '^synapse[- ]'`;

/** Services whose processes are Synapse's, the main one too. */
export const synapseServices = async (server: Server): Promise<string[]> => {
  const lines = (await server.shell(LIST)).split('\n').filter(Boolean);
  return lines.map((line) => line.split(' ')[0] as string).sort();
};

/** Marks that a run left in the services' logs: `service mark`, a line each. */
const marksIn = async (server: Server, run: string): Promise<string[]> => {
  const found = await server.shell(
    `${LIST} | while read -r service id; do
  docker logs --since 15m $id 2>&1 | grep 'Processed request' | grep -o 'mbr=${run}-[0-9]*' | sed "s/^/$service /"
done; true`,
  );
  return found.split('\n').filter(Boolean);
};

/** Asks each question with a mark of its own in its query, and looks for the marks in all processes' logs. */
export const seenBy = async (server: Server, questions: readonly Question[]): Promise<Seen[]> => {
  const run = randomBytes(4).toString('hex');
  const marked = questions.map((question, index) => {
    const path = question.path ?? '/';
    return { ...question, path: `${path}${path.includes('?') ? '&' : '?'}mbr=${run}-${index}` };
  });
  const answers = await ask(marked);
  // What Caddy answers itself is in no log; the last of the others has to be there before all are counted.
  const end = { host: server.matrixHost, path: `/_matrix/client/versions?mbr=${run}-${questions.length}` };
  await ask([end]);
  // Synapse writes its line after the answer, and the processes do not wait for each other.
  let before = -1;
  const marks = await vi.waitFor(
    async () => {
      const found = await marksIn(server, run);
      expect(found.some((line) => line.endsWith(`${run}-${questions.length}`))).toBe(true);
      const grown = found.length - before;
      before = found.length;
      expect(grown).toBe(0);
      return found;
    },
    { timeout: 180_000, interval: 500 },
  );
  return marked.map((question, index) => ({
    question,
    answer: answers[index] as Answer,
    services: marks
      .filter((line) => line.endsWith(` mbr=${run}-${index}`))
      .map((line) => line.split(' ')[0] as string),
  }));
};
