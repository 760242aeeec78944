import { EXIT } from '../errors.ts';

/** What the first Ctrl-C says; true at any moment, because a run plans from what it finds on the machine. */
export const INTERRUPT_NOTE =
  'Stopping. What was done stays done, and the same command goes on from there. Ctrl-C again stops at once.';

export interface Interrupts {
  readonly signal: AbortSignal;
  /** Takes the handlers away. */
  release(): void;
}

/** First SIGINT or SIGTERM: abort and say what is safe. Second: exit 130. */
export function watchInterrupts(
  onFirst: () => void,
  target: Pick<NodeJS.Process, 'on' | 'removeListener' | 'exit'> = process,
): Interrupts {
  const controller = new AbortController();
  const handler = (): void => {
    if (controller.signal.aborted) target.exit(EXIT.interrupted);
    controller.abort();
    onFirst();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) target.on(name, handler);
  return {
    signal: controller.signal,
    release() {
      for (const name of signals) target.removeListener(name, handler);
    },
  };
}
