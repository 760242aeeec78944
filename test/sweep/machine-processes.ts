import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker } from '../world/engine.ts';
import type { Vps } from '../world/index.ts';
import { containerOf } from '../world/machine-store.ts';

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const nameOf = (pid: number): string => read(`/proc/${pid}/comm`).trim();
const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
const below = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...below(child)]);

const JOBS = 'run/matrix-bastion/jobs';
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash']);

/**
 * The processes of a machine that runs, as the computer below it sees them: looking takes no command on the machine, and
 * an end comes within a millisecond of its cause. Good until the machine is switched off.
 */
export class MachineProcesses {
  readonly #init: number;

  private constructor(init: number) {
    this.#init = init;
  }

  static async of({ name }: Vps): Promise<MachineProcesses> {
    return new MachineProcesses(Number(await docker(['inspect', '-f', '{{.State.Pid}}', containerOf(name)])));
  }

  /** What is below sshd: a process or two for each login, and what runs in it. */
  #logins(): { readonly sshd: number[]; readonly scripts: number[] } {
    const listening = childrenOf(this.#init).filter((pid) => nameOf(pid) === 'sshd');
    const all = listening.flatMap(below);
    const isSshd = (pid: number) => nameOf(pid).startsWith('sshd');
    return { sshd: all.filter(isSshd), scripts: all.filter((pid) => !isSshd(pid)) };
  }

  /** Whether a script runs that came over SSH. */
  isBusy(): boolean {
    return this.#logins().scripts.length > 0;
  }

  /** SIGKILLs every login and the shells that run in it; what those have started goes on by itself. */
  endLogins(): void {
    const { sshd, scripts } = this.#logins();
    for (const pid of [...scripts.filter((one) => SHELLS.has(nameOf(one))), ...sshd]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Over by itself.
      }
    }
  }

  /** Ends everything on the machine at once, as pulling its plug does. */
  endAll(): void {
    process.kill(this.#init, 'SIGKILL');
  }

  /** What the jobs have said so far, by name, with what tells one job from a later one of its name. */
  jobs(): Readonly<Record<string, { readonly identity: string; readonly log: string }>> {
    const folder = join(`/proc/${this.#init}/root`, JOBS);
    return Object.fromEntries(
      list(folder)
        .filter((name) => !name.startsWith('.'))
        .map((name) => {
          const of = (file: string) => read(join(folder, name, file));
          return [name, { identity: of('pid'), log: of('log') }];
        }),
    );
  }

  /** What they have said since `before`. */
  saidSince(before: ReturnType<MachineProcesses['jobs']>): Readonly<Record<string, string>> {
    const said = Object.entries(this.jobs()).map(([name, { identity, log }]) => {
      const known = before[name];
      return [name, known?.identity === identity ? log.slice(known.log.length) : log];
    });
    return Object.fromEntries(said);
  }
}
