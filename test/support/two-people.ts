import { fileURLToPath } from 'node:url';
import { type Account, newAccount } from '../e2e/workers/accounts.ts';
import { operator } from '../world/index.ts';

const PROGRAM = fileURLToPath(new URL('./two-people-program.ts', import.meta.url));

/** As long as a server may take to be found again by clients that wait longer after each failure. */
const LIMIT_MS = 5 * 60_000;

/**
 * Two people with end-to-end encryption, each with one login and one sync that last for the whole of a test: they prove that
 * a server is still the one that they knew.
 */
export class TwoPeople {
  readonly #running = operator.spawn([process.execPath, PROGRAM], { reject: false as const });
  #said = '';

  private constructor() {
    for (const stream of [this.#running.stdout, this.#running.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#said += chunk;
      });
  }

  /** Makes their accounts; they log in, make an encrypted room and talk in it. */
  static async begin(server: Parameters<typeof newAccount>[0]): Promise<TwoPeople> {
    const accounts: Record<'alice' | 'carol', Account> = {
      alice: await newAccount(server, 'alice'),
      carol: await newAccount(server, 'carol'),
    };
    const people = new TwoPeople();
    await people.#tell(JSON.stringify(accounts), 'ready');
    return people;
  }

  /**
   * Proves that both are still logged in with their devices and in sync, that everything encrypted that was ever said is
   * there and decrypts, and that they go on talking.
   */
  areServed(when: string): Promise<void> {
    return this.#tell(when, `${when}: `);
  }

  kill(): void {
    this.#running.kill();
  }

  async #tell(line: string, answer: string): Promise<void> {
    const from = this.#said.length;
    this.#running.stdin.write(`${line}\n`);
    const end = Date.now() + LIMIT_MS;
    while (!this.#said.slice(from).includes(`\n${answer}`) && !this.#said.slice(from).startsWith(answer)) {
      if (this.#running.exitCode !== null || Date.now() > end) throw new Error(this.#said);
      await new Promise((later) => setTimeout(later, 100));
    }
  }
}
