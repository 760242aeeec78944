import { cpSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeMachine } from '../e2e/variants/fresh.ts';
import { stateFile } from '../support/product.ts';
import { createVps, hasSnapshot, operator, removeSnapshot, type Vps } from '../world/index.ts';

/** What is kept at each stage: the machine, and what the operator's computer has about the domain. */
export class Stages {
  readonly #name: string;
  readonly #domain: string;

  constructor(name: string, domain: string) {
    this.#name = name;
    this.#domain = domain;
  }

  get #domains() {
    return [this.#domain, `matrix.${this.#domain}`];
  }
  get #folder(): string {
    return dirname(stateFile(this.#domain, 'x'));
  }
  #copy(stage: number): string {
    return join(operator.home, '.sweep', this.#snapshot(stage));
  }
  #snapshot(stage: number): string {
    return `${this.#name}-${stage}`;
  }

  /** A machine that no run has touched yet. */
  async fresh(): Promise<Vps> {
    await removeMachine(this.#name);
    rmSync(this.#folder, { recursive: true, force: true });
    return createVps({ name: this.#name, domains: this.#domains });
  }

  async keep(stage: number, vps: Vps): Promise<void> {
    await vps.snapshot(this.#snapshot(stage));
    rmSync(this.#copy(stage), { recursive: true, force: true });
    if (existsSync(this.#folder)) cpSync(this.#folder, this.#copy(stage), { recursive: true });
  }

  /** Whether all of the first `count` stages are kept. */
  areKept(count: number): boolean {
    return Array.from({ length: count }, (_, stage) => this.#snapshot(stage)).every(hasSnapshot);
  }

  /** The machine as it was then, with the same address and keys. */
  async restore(stage: number, ip: string): Promise<Vps> {
    await removeMachine(this.#name);
    rmSync(this.#folder, { recursive: true, force: true });
    if (existsSync(this.#copy(stage))) cpSync(this.#copy(stage), this.#folder, { recursive: true });
    return createVps({ name: this.#name, domains: this.#domains, from: this.#snapshot(stage), ip });
  }

  async forget(count: number): Promise<void> {
    await removeMachine(this.#name);
    rmSync(this.#folder, { recursive: true, force: true });
    for (let stage = 0; stage < count; stage += 1) {
      await removeSnapshot(this.#snapshot(stage));
      rmSync(this.#copy(stage), { recursive: true, force: true });
    }
  }
}
