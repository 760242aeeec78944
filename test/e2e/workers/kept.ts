import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { operator } from '../../world/index.ts';
import { ROOT, type Server } from '../life/server.ts';
import { newAccount } from './accounts.ts';
import { openConversation } from './probe.ts';

const PROGRAM = fileURLToPath(new URL('./keeping.ts', import.meta.url));

/** What has to outlive any change of layout: the proof of identity, the accounts, the rooms and what was said. */
export class Kept {
  readonly #server: Server;
  readonly #begun: string;
  #conversation: string;

  private constructor(server: Server, begun: string, conversation: string) {
    this.#server = server;
    this.#begun = begun;
    this.#conversation = conversation;
  }

  static async begin(server: Server): Promise<Kept> {
    const { session } = JSON.parse(await openConversation(await newAccount(server, 'ivan')));
    const kept = new Kept(server, await identity(server), JSON.stringify({ session }));
    await kept.isThere();
    return kept;
  }

  /** The same key, database and accounts; and the conversation goes on, from its own device and sync. */
  async isThere(): Promise<void> {
    expect(await identity(this.#server)).toBe(this.#begun);
    const { exitCode, stdout, all } = await operator.run([process.execPath, PROGRAM], {
      input: this.#conversation,
    });
    expect(exitCode, all).toBe(0);
    this.#conversation = stdout;
  }

  get said(): readonly string[] {
    return (JSON.parse(this.#conversation) as { said: string[] }).said;
  }
}

const identity = async (server: Server): Promise<string> =>
  [
    await server.shell(`sha256sum ${ROOT}/synapse/keys/signing.key ${ROOT}/secrets/synapse/*`),
    ...(await server.query('select system_identifier from pg_control_system()')),
    ...(await server.query(
      `select name from users where name in ('@admin:${server.domain}', '@ivan:${server.domain}') order by 1`,
    )),
  ].join('\n');
