/** The keyboard, as far as it is needed to keep what is typed off the screen; `process.stdin` fits. */
export interface Keyboard {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on?(event: 'data', listener: (keys: Buffer) => void): unknown;
  removeListener?(event: 'data', listener: (keys: Buffer) => void): unknown;
  resume?(): unknown;
  pause?(): unknown;
}

const CTRL_C = 3;

/**
 * Takes the echo away while a list is redrawn in place: a key that the terminal echoes would move the cursor
 * and leave lines behind. Ctrl-C, which raw mode makes a key like any other, still interrupts.
 *
 * @returns what gives the terminal back as it was. Node does the same when the process exits.
 */
export function holdKeys(
  keyboard: Keyboard | undefined,
  interrupt: () => void = () => void process.kill(process.pid, 'SIGINT'),
): () => void {
  if (keyboard?.isTTY !== true || !keyboard.setRawMode) return () => {};
  const heard = (keys: Buffer): void => {
    for (const key of keys) if (key === CTRL_C) interrupt();
  };
  keyboard.setRawMode(true);
  keyboard.on?.('data', heard);
  keyboard.resume?.();
  return () => {
    keyboard.removeListener?.('data', heard);
    keyboard.pause?.();
    keyboard.setRawMode?.(false);
  };
}
