/** MiB below which no plan is made. A VPS sold as 1 GB shows some 950. */
export const FLOOR_MIB = 900;

/** Why there is no plan: less RAM than what has to run there needs. */
export interface TooSmall {
  readonly ok: false;
  readonly what: string;
  readonly why: string;
  readonly floorMib: number;
}

export const tooSmall = (memory: number, floorMib: number, why: string): TooSmall => ({
  ok: false,
  what: `The machine has ${memory} MiB of RAM; ${floorMib} MiB are the least.`,
  why,
  floorMib,
});
