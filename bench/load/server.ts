import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tier } from '../../src/answers/answers.ts';
import { installation, stateFile } from '../../test/support/product.ts';
import { createVps, machines, operator, type Vps } from '../../test/world/index.ts';
import type { Access } from './client.ts';
import { NO_LIMITS } from './no-limits.ts';

const GENERATOR = fileURLToPath(new URL('../load-generator.ts', import.meta.url));
const REGISTER = readFileSync(new URL('./register.py', import.meta.url), 'utf8');
const CONFD = '/opt/matrix-bastion/synapse/conf.d';

export interface ServerOptions {
  /** Machine name. */
  readonly name: string;
  readonly domain: string;
  readonly tier: Tier;
  readonly rooms: number;
  /** GiB of RAM. */
  readonly memoryGib: number;
  readonly vcpus: number;
}

/** A server of the world that was installed by the product, and the load that is put on it. */
export class BenchServer {
  readonly vps: Vps;
  readonly options: ServerOptions;
  #users: Access[] = [];

  private constructor(vps: Vps, options: ServerOptions) {
    this.vps = vps;
    this.options = options;
  }

  get domain(): string {
    return this.options.domain;
  }

  /** A machine on which `install` was done before. */
  static at(vps: Vps, options: ServerOptions): BenchServer {
    return new BenchServer(vps, options);
  }

  /** A fresh machine, and the product's `init` on it. */
  static async install(options: ServerOptions): Promise<BenchServer> {
    const { name, domain, memoryGib, vcpus } = options;
    await machines()
      .find((machine) => machine.name === name)
      ?.remove();
    rmSync(dirname(stateFile(domain, 'x')), { recursive: true, force: true });
    const vps = await createVps({
      name,
      memory: `${memoryGib}G`,
      cpus: vcpus,
      domains: [domain, `matrix.${domain}`],
    });
    const server = new BenchServer(vps, options);
    await server.init();
    return server;
  }

  /** The product's `init`, run again with the same answers: it applies what changed. */
  async init(): Promise<void> {
    const { tier, rooms } = this.options;
    const flags = ['--tier', tier, '--rooms', String(rooms), '--docker-source', 'distro'];
    const run = await installation({ vps: this.vps, domain: this.domain, flags });
    if (run.exitCode !== 0) throw new Error(`init of ${this.domain} ended with ${run.exitCode}\n${run.all}`);
  }

  /** Takes Synapse's limits on requests away: one address plays all users here. */
  async liftLimits(): Promise<void> {
    await this.ownSettings('50-mine.yaml', NO_LIMITS);
    await this.init();
  }

  /** A file of the operator's own in Synapse's conf.d; it counts from Synapse's next start on. */
  async ownSettings(file: string, yaml: string): Promise<void> {
    await this.vps.exec(`cat >${CONFD}/${file} && chmod 0644 ${CONFD}/${file}`, { input: yaml });
  }

  /** Standard output of a command in a service's container. */
  async inside(service: string, command: string, input = ''): Promise<string> {
    const script = `cd /opt/matrix-bastion && docker compose exec -T ${service} ${command}`;
    return (await this.vps.exec(script, { input })).stdout;
  }

  /** One line of one query. */
  async query(sql: string): Promise<string[]> {
    const answer = await this.inside('postgres', "psql -X -A -t -q -F ' ' -U synapse -d synapse", sql);
    return answer.split('\n').filter(Boolean);
  }

  get users(): readonly Access[] {
    return this.#users;
  }

  /** Makes users until there are so many. */
  async addUsers(total: number): Promise<readonly Access[]> {
    const first = this.#users.length;
    if (total > first) {
      const list = await this.inside('synapse', `python - ${first} ${total - first}`, REGISTER);
      const made = list.split('\n').filter(Boolean);
      const baseUrl = `https://matrix.${this.domain}`;
      this.#users = this.#users.concat(
        made.map((line) => {
          const [userId = '', token = ''] = line.split(' ');
          return { baseUrl, userId, token };
        }),
      );
    }
    return this.#users;
  }

  /** The machine goes, and what the product left with the operator about it. */
  async remove(): Promise<void> {
    await this.vps.remove();
    rmSync(dirname(stateFile(this.domain, 'x')), { recursive: true, force: true });
  }

  /** Has the operator's machine do a task of the load generator. */
  async load<Result>(task: object): Promise<Result> {
    const run = await operator.run([process.execPath, GENERATOR], { input: JSON.stringify(task) });
    if (run.exitCode !== 0) throw new Error(`the load generator ended with ${run.exitCode}\n${run.stderr}`);
    if (run.stderr !== '') console.error(run.stderr.trim().split('\n').slice(0, 5).join('\n'));
    return JSON.parse(run.stdout) as Result;
  }
}
