import { describe, expect, test } from 'vitest';
import { until } from '../../world/wait.ts';
import { askOne } from './ask.ts';
import { figure, seconds } from './figures.ts';
import type { TheLife } from './life.ts';
import { findsNothingToDo, ROOT, type Server } from './server.ts';

/** What the machine says of its containers and its engine: a server that stays silent has to tell why. */
const STATE = `docker ps -a --format '{{.Names}} {{.Status}}'
docker inspect --format '{{.Name}} {{json .State.Health}}' $(docker ps -aq) | cut -c1-600
journalctl -u docker --no-pager -o short-precise | grep -v 'No .* support' | tail -n 40`;

/** Waits for what the machine does by itself, and tells how it stands there when it does not come. */
const waitFor = async (what: string, server: Server, look: () => Promise<boolean>): Promise<void> => {
  try {
    await until(what, look, 300_000);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await server.shell(STATE)}`, { cause: error });
  }
};

/** Nobody helps: no run of ours, no command on the machine. */
const answersByItself = (server: Server): Promise<void> =>
  waitFor(`an answer of ${server.matrixHost}`, server, async () => {
    const answer = await askOne({ host: server.matrixHost, path: '/_matrix/client/v3/login' });
    return answer.status === 200;
  });

const healthy = (server: Server): Promise<void> =>
  waitFor('four healthy services', server, async () => {
    const health = await server.shell(`cd ${ROOT} && docker compose ps --format '{{.Health}}'`);
    return health.trim() === Array(4).fill('healthy').join('\n');
  });

export const reboot = (life: TheLife): void => {
  describe('everything comes up by itself', () => {
    test('after a power cut', async () => {
      const { server } = life();
      await server.vps.powerCut();
      const begun = performance.now();
      await server.vps.start();
      await answersByItself(server);
      figure('from power on to the first answer over HTTPS', seconds(performance.now() - begun));
      await findsNothingToDo(server);
    });

    test('after the Docker daemon was killed', async () => {
      const { server } = life();
      const starts = await server.startTimes();
      await server.shell('kill -9 $(cat /run/docker.pid)');
      await until('a new Docker daemon', () => server.shell('docker version >/dev/null && echo up'), 180_000);
      await answersByItself(server);
      await healthy(server);
      expect(Object.keys(await server.startTimes()).sort()).toEqual(Object.keys(starts).sort());
      await findsNothingToDo(server);
    });
  });
};
