import { expect } from 'vitest';
import { BIN, initArguments } from '../../support/product.ts';
import { type OperatorResult, operator, type Vps } from '../../world/index.ts';

type Run = OperatorResult;

export const ROOT = '/opt/matrix-bastion';
export const NOTHING_TO_DO = /^Nothing to do: /;

/** A server under test: its machine, its domain, and the product run against it. */
export class Server {
  readonly vps: Vps;
  readonly domain: string;
  /** The program of the release that it is run with. */
  readonly bin: string;

  constructor(vps: Vps, domain: string, bin: string = BIN) {
    this.vps = vps;
    this.domain = domain;
    this.bin = bin;
  }

  get matrixHost(): string {
    return `matrix.${this.domain}`;
  }

  /** `init` as the operator types it again, with these flags added. */
  init(...flags: string[]): Promise<Run> {
    const words = initArguments({ vps: this.vps, domain: this.domain, flags });
    return operator.run([process.execPath, this.bin, ...words]);
  }

  /** Standard output of a script on the machine, past SSH. */
  async shell(script: string, input?: string): Promise<string> {
    return (await this.vps.exec(script, input === undefined ? {} : { input })).stdout;
  }

  /** Standard output of a command in a service's container. */
  inside(service: string, command: string, input?: string): Promise<string> {
    return this.shell(`cd ${ROOT} && docker compose exec -T ${service} ${command}`, input);
  }

  /** Lines that a query answers with. */
  async query(sql: string): Promise<string[]> {
    const answer = await this.inside('postgres', 'psql -X -A -t -q -U synapse -d synapse', sql);
    return answer.split('\n').filter(Boolean);
  }

  /** Start times by service: a restart shows as a change. */
  async startTimes(): Promise<Record<string, string>> {
    const list = await this.shell(
      `docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.StartedAt}}' $(docker ps -a -q)`,
    );
    return Object.fromEntries(
      list
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(/ (.*)/) as [string, string]),
    );
  }
}

/** A run that must find nothing to do. */
export const findsNothingToDo = async (server: Server, ...flags: string[]): Promise<Run> => {
  const run = await server.init(...flags);
  expect(run.all).toMatch(NOTHING_TO_DO);
  expect(run.exitCode).toBe(0);
  return run;
};

/** One run that names these changes in its plan and makes them, and a second that finds nothing to do. */
export const repairs = async (server: Server, named: readonly (string | RegExp)[]): Promise<Run> => {
  const run = await server.init();
  expect(run.exitCode, run.all).toBe(0);
  const plan = run.stdout.slice(run.stdout.indexOf('1. Docker'));
  for (const name of named) expect(plan).toMatch(name);
  await findsNothingToDo(server);
  return run;
};
