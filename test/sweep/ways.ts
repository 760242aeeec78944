import type { Vps } from '../world/index.ts';
import type { MachineProcesses } from './machine-processes.ts';

/** How a run is ended. */
export const WAYS = ['kill', 'shell', 'power'] as const;
export type Way = (typeof WAYS)[number];

export const WORDS: Readonly<Record<Way, string>> = {
  kill: 'SIGKILL of the program',
  shell: 'SIGKILL of the login and the shell on the machine',
  power: 'power cut of the machine',
};

export interface Victim {
  readonly vps: Vps;
  readonly inside: MachineProcesses;
  /** SIGKILLs the program. */
  readonly kill: () => void;
}

/** Ends at once; what has to be switched on again is so by the caller, when the program is over. */
export const END: Readonly<Record<Way, (victim: Victim) => void>> = {
  kill: ({ kill }) => kill(),
  shell: ({ inside }) => inside.endLogins(),
  power: ({ inside }) => inside.endAll(),
};
