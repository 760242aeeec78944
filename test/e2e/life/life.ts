import type { Server } from './server.ts';
import type { Watched } from './watch.ts';

/** What the parts of the test share: the server whose life it is, and what its first installation left behind. */
export interface Life {
  readonly server: Server;
  readonly peer: Server;
  /** Output of the first installation. */
  readonly output: string;
  /** Arguments and environments of all processes during it. */
  readonly watched: Watched;
}

/** Known only when the tests run, not when they are registered. */
export type TheLife = () => Life;
