/**
 * Runs where the operator is: a JSON list of questions on standard input, a list of answers on standard output.
 * Request lines go out as they are written, so that a path keeps its spelling.
 */
import { lookup } from 'node:dns';
import { request } from 'node:https';
import { connect } from 'node:net';
import type { Answer, Question } from './ask.ts';

const read = async (): Promise<Question[]> => {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text) as Question[];
};

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', () => end(true));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
  });

const asked = ({ host, path, method = 'GET', headers = {}, body, family }: Question): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = request(
      {
        host,
        path,
        method,
        agent: false,
        headers: { ...headers, ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }) },
        // Node's own choice between the families would hide which one was used.
        lookup: (name, options, done) => lookup(name, { ...options, ...(family ? { family } : {}) }, done),
        timeout: 30_000,
      },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8');
        reply.on('data', (chunk: string) => {
          text += chunk;
        });
        reply.on('end', () =>
          resolve({
            status: reply.statusCode ?? 0,
            headers: reply.headers as Record<string, string>,
            body: text,
          }),
        );
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer from ${host}${path}`)));
    call.on('error', reject);
    call.end(body);
  });

const answer = async (question: Question): Promise<Answer> => {
  if (question.port === undefined) return asked(question);
  return { status: (await isOpen(question.host, question.port)) ? 1 : 0, headers: {}, body: '' };
};

const questions = await read();
const answers: Answer[] = [];
for (const question of questions) answers.push(await answer(question));
console.log(JSON.stringify(answers));
