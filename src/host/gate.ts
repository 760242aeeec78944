import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Execution } from './channel.ts';
import { SessionRefused } from './channel.ts';

/** Pauses before each further attempt when nothing of ours runs that could make room, in milliseconds. */
const PAUSES = [50, 200, 1000, 3000];

/**
 * Sessions on a connection whose server allows only so many at a time (MaxSessions: 10 by default, 1 on
 * some hardened machines, never told in advance): one that is refused waits for another to end.
 */
export class Gate {
  private readonly running = new Set<Promise<unknown>>();

  /**
   * @param attempt may be called again, so long as it throws SessionRefused: then nothing was started.
   * @throws SessionRefused when there is no room although nothing of ours runs.
   */
  async pass<T>(attempt: () => Promise<T>): Promise<T> {
    for (let pauses = 0; ; ) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof SessionRefused)) throw error;
        const pause = PAUSES[pauses];
        if (this.running.size > 0) await Promise.race(this.running);
        else if (pause === undefined) throw error;
        else {
          pauses++;
          await sleep(pause);
        }
      }
    }
  }

  /** Counts an execution until the other end has closed it. */
  hold(execution: Execution): void {
    const over = execution.ended
      .catch(() => {})
      .then(() => {
        this.running.delete(over);
      });
    this.running.add(over);
  }
}

const gates = new WeakMap<Channel, Gate>();

/** The gate of a channel. */
export function gateOf(channel: Channel): Gate {
  const gate = gates.get(channel) ?? new Gate();
  gates.set(channel, gate);
  return gate;
}
