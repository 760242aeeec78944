import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { adminPassword, initArguments, stateFile } from '../../support/product.ts';
import { type OperatorResult, operator, type Vps } from '../../world/index.ts';
import { ROOT } from '../life/server.ts';
import { until } from '../variants/inside.ts';

const TALK = fileURLToPath(new URL('./talk.ts', import.meta.url));

const JOBS = '/run/matrix-bastion/jobs';

/** Where a run is ended: a change that it begins, or something that a job on the machine says. */
export type Point = { readonly change: string } | { readonly job: string };

/** A server that is upgraded, and a person on it who goes on talking in one room. */
export class Upgrading {
  readonly vps: Vps;
  readonly domain: string;
  readonly said: string[] = [];
  #room: string | undefined;

  constructor(vps: Vps, domain: string) {
    this.vps = vps;
    this.domain = domain;
  }

  /** The command line of `init` with the program of some release. */
  command(bin: string, ...flags: readonly string[]): string[] {
    return [process.execPath, bin, ...initArguments({ vps: this.vps, domain: this.domain, flags })];
  }

  init(bin: string, ...flags: readonly string[]): Promise<OperatorResult> {
    return operator.run(this.command(bin, ...flags));
  }

  /** Runs `init`, and does something as soon as it says that it waits. */
  async initAfterWaiting(
    bin: string,
    flags: readonly string[],
    whenItWaits: () => Promise<unknown>,
  ): Promise<OperatorResult> {
    const child = operator.spawn(this.command(bin, ...flags), { stdin: 'ignore', all: true, reject: false });
    let done: Promise<unknown> | undefined;
    let said = '';
    child.all.on('data', (chunk: Buffer) => {
      said += chunk;
      if (said.includes('Waiting: ')) done ??= whenItWaits();
    });
    const { exitCode } = await child;
    await done;
    return { exitCode: exitCode ?? -1, all: said, stdout: said, stderr: '' } as OperatorResult;
  }

  private newestLog(): string {
    const folder = stateFile(this.domain, 'logs');
    return join(folder, readdirSync(folder).sort().at(-1) ?? '');
  }

  /** What the newest run has begun to change, `step: what`, in order. */
  changes(): string[] {
    const log = readFileSync(this.newestLog(), 'utf8');
    return [...log.matchAll(/^\S+Z ((?:docker|homeserver|database|well-known|federation|admin): .+)$/gm)].map(
      ([, line = '']) => line,
    );
  }

  /** What the jobs of the newest run have said on the machine. */
  async jobLines(): Promise<string[]> {
    const text = await this.inside(`cat ${JOBS}/*/log 2>/dev/null; true`);
    return text.split('\n').filter((line) => line !== '' && !/^(MB-|LOCK |\| )/.test(line));
  }

  /** Runs `init`, and SIGKILLs it as soon as it begins a change or a job says something. @returns whether it came to that */
  async killedAt(point: Point, bin: string, ...flags: readonly string[]): Promise<boolean> {
    await this.inside(`rm -rf ${JOBS}/*`);
    // Two runs within a second would share a log.
    await sleep(1100);
    const before = this.newestLog();
    const child = operator.spawn(this.command(bin, ...flags), {
      stdin: 'ignore',
      all: true,
      reject: false,
    });
    let over = false;
    const ended = child.then(() => {
      over = true;
    });
    let found = false;
    while (!over && !found) {
      found = this.newestLog() !== before && (await this.#cameTo(point));
      if (!found) await sleep(20);
    }
    child.kill('SIGKILL');
    await ended;
    return found;
  }

  /**
   * Runs `init`, and a script on the machine as soon as it comes to a point.
   * @returns what the run said, and whether it came to that
   */
  async initWith(
    point: Point | undefined,
    then: string | undefined,
    bin: string,
    ...flags: readonly string[]
  ): Promise<OperatorResult & { readonly reached: boolean }> {
    await this.inside(`rm -rf ${JOBS}/*`);
    // Two runs within a second would share a log.
    await sleep(1100);
    const before = this.newestLog();
    let over = false;
    const ended = this.init(bin, ...flags).finally(() => {
      over = true;
    });
    let reached = false;
    while (point !== undefined && !over && !reached) {
      reached = this.newestLog() !== before && (await this.#cameTo(point));
      if (reached && then !== undefined) await this.inside(then);
      else await sleep(20);
    }
    return { ...(await ended), reached };
  }

  async #cameTo(point: Point): Promise<boolean> {
    return 'job' in point
      ? (await this.jobLines()).some((line) => line.includes(point.job))
      : this.changes().some((line) => line.includes(point.change));
  }

  /**
   * Waits until Postgres and Synapse answer, as after a fault that took the database away for a moment. Each connection of
   * Synapse's to a database that was away fails once; so it is asked for something in it until none of many fails.
   */
  async serves(): Promise<void> {
    const ask = `curl -sS --max-time 5 -o /dev/null -w '%{http_code}' 'http://localhost:8008/_matrix/client/v3/directory/room/%23none:${this.domain}'`;
    await until(
      this.vps,
      `docker exec matrix-bastion-postgres-1 pg_isready -q -U synapse && (for _ in $(seq 20); do [ "$(docker exec matrix-bastion-synapse-1 ${ask})" = 404 ] || exit 1; done)`,
      180,
    );
  }

  async inside(script: string): Promise<string> {
    return (await this.vps.exec(script)).stdout.trim();
  }

  query(sql: string): Promise<string> {
    return this.inside(
      `docker exec matrix-bastion-postgres-1 psql -X -A -t -U synapse -d synapse -c "${sql}"`,
    );
  }

  /** State, and versions from and to, of the last upgrade; or other fields. */
  record(fields: string | number = '1-3'): Promise<string> {
    return this.inside(`cut -f ${fields} ${ROOT}/state/upgrade/record`);
  }

  /** Waits until Synapse has done the background updates of its database; a new one has some. */
  quiet(): Promise<void> {
    const left = "psql -X -A -t -U synapse -d synapse -c 'select count(*) from background_updates'";
    return until(this.vps, `[ "$(docker exec matrix-bastion-postgres-1 ${left})" = 0 ]`, 180);
  }

  /** Says something more and hears all that was ever said. @returns Synapse's version, and the texts heard */
  async talk(text: string): Promise<{ readonly version: string; readonly heard: readonly string[] }> {
    const { stdout } = await operator.run([process.execPath, TALK], {
      input: JSON.stringify({
        baseUrl: `https://matrix.${this.domain}`,
        user: 'admin',
        password: adminPassword(this.domain),
        room: this.#room,
        say: text,
      }),
      reject: true,
    });
    const answer = JSON.parse(stdout) as { room: string; texts: string[]; server: { version: string } };
    this.#room = answer.room;
    this.said.push(text);
    return { version: answer.server.version, heard: answer.texts };
  }
}
