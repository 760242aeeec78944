import { fileURLToPath } from 'node:url';
import { operator } from '../../world/index.ts';

export interface Question {
  readonly host: string;
  /** As it goes over the wire. */
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly family?: 4 | 6;
  /** Only whether this port accepts a connection: the status is then 1 or 0. */
  readonly port?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PROGRAM = fileURLToPath(new URL('./asking.ts', import.meta.url));

/** Asks from the operator's place in the network, one question after another. */
export const ask = async (questions: readonly Question[]): Promise<Answer[]> => {
  const { stdout } = await operator.run([process.execPath, PROGRAM], {
    input: JSON.stringify(questions),
    reject: true,
  });
  return JSON.parse(stdout) as Answer[];
};

export const askOne = async (question: Question): Promise<Answer> => {
  const [answer] = await ask([question]);
  if (answer === undefined) throw new Error('no answer');
  return answer;
};

export interface Login {
  readonly status: number;
  readonly token: string;
}

/** A login with exactly this password, over one address family or whichever comes first. */
export const logIn = async (
  matrixHost: string,
  user: string,
  password: string,
  family?: 4 | 6,
): Promise<Login> => {
  const { status, body } = await askOne({
    host: matrixHost,
    path: '/_matrix/client/v3/login',
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: 'm.login.password', identifier: { type: 'm.id.user', user }, password }),
    ...(family === undefined ? {} : { family }),
  });
  return { status, token: String((JSON.parse(body) as { access_token?: string }).access_token ?? '') };
};
