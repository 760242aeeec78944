import { expect } from 'vitest';
import type { Server } from '../life/server.ts';

/** What each process of Synapse says that it is, by service. */
export const versions = async (server: Server): Promise<Record<string, string>> => {
  const lines = await server.shell(
    `docker ps --format '{{.ID}} {{.Label "com.docker.compose.service"}}' | grep ' synapse' | while read -r id service; do
      echo "$service $(docker exec "$id" curl -sS -o /dev/null -D - http://localhost:8008/health | tr -d '\\r' | sed -n 's|^Server: Synapse/||p')"
    done`,
  );
  return Object.fromEntries(
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string]),
  );
};

const LOG = '/tmp/switching.log';

/** The engine's own account of what started and stopped while one release took the place of another. */
export class Switching {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async watch(server: Server): Promise<Switching> {
    await server.shell(
      `setsid docker events --filter event=start --filter event=die --filter label=com.docker.compose.project=matrix-bastion --format '{{.Action}} {{index .Actor.Attributes "com.docker.compose.service"}}' >${LOG} 2>&1 </dev/null & echo $! >${LOG}.pid`,
    );
    return new Switching(server);
  }

  /** All workers had stopped before the main process stopped, and none started before it did. */
  async wasInOrder(workers: readonly string[]): Promise<void> {
    const log = await this.#server.shell(`kill "$(cat ${LOG}.pid)"; cat ${LOG}`);
    const events = log.split('\n').filter((line) => / synapse/.test(line));
    const first = (event: string) => events.indexOf(event);
    for (const worker of workers) {
      expect(first(`die ${worker}`), log).toBeGreaterThan(-1);
      expect(first(`die ${worker}`), log).toBeLessThan(first('die synapse'));
      expect(first(`start ${worker}`), log).toBeGreaterThan(first('start synapse'));
    }
    // Once each: nothing came up in between, and nothing failed.
    expect(events.filter((line) => line.startsWith('start ')).sort(), log).toEqual(
      ['synapse', ...workers].map((service) => `start ${service}`).sort(),
    );
  }
}
