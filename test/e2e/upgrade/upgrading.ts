import { fileURLToPath } from 'node:url';
import { adminPassword, initArguments } from '../../support/product.ts';
import { type OperatorResult, operator, type Vps } from '../../world/index.ts';
import { ROOT } from '../life/server.ts';
import { until } from '../variants/inside.ts';

const TALK = fileURLToPath(new URL('./talk.ts', import.meta.url));

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

  /** Runs `init`, and SIGKILLs it as soon as it has said something. @returns whether it had */
  async killedAt(text: string, bin: string, ...flags: readonly string[]): Promise<boolean> {
    const child = operator.spawn(this.command(bin, ...flags), {
      stdin: 'ignore',
      all: true,
      buffer: false,
      reject: false,
    });
    let output = '';
    let reached = false;
    child.all.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (reached || !output.includes(text)) return;
      reached = true;
      child.kill('SIGKILL');
    });
    await child;
    return reached;
  }

  async inside(script: string): Promise<string> {
    return (await this.vps.exec(script)).stdout.trim();
  }

  query(sql: string): Promise<string> {
    return this.inside(
      `docker exec matrix-bastion-postgres-1 psql -X -A -t -U synapse -d synapse -c "${sql}"`,
    );
  }

  /** State, and versions from and to, of the last upgrade. */
  record(): Promise<string> {
    return this.inside(`cut -f 1-3 ${ROOT}/state/upgrade/record`);
  }

  /** Waits until Synapse has done the background updates of its database; a new one has some. */
  quiet(): Promise<void> {
    const left = "psql -X -A -t -U synapse -d synapse -c 'select count(*) from background_updates'";
    return until(this.vps, `[ "$(docker exec matrix-bastion-postgres-1 ${left})" = 0 ]`, 180);
  }

  /** Says something more and hears all that was ever said. @returns Synapse's version, and the texts heard */
  async talk(text: string): Promise<{ readonly version: string; readonly heard: readonly string[] }> {
    this.said.push(text);
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
    return { version: answer.server.version, heard: answer.texts };
  }
}
