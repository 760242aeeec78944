import { BIN, PRIVATE_NETWORKS } from '../../support/product.ts';
import { openTerminal, type Terminal } from '../../support/terminal.ts';
import { operator, trust, type Vps } from '../../world/index.ts';

/** What every installation in the world needs, as flags; everything else is asked. */
const FLAGS = [
  '--federation-ca',
  trust.caFile,
  ...PRIVATE_NETWORKS.flatMap((range) => ['--federate-with', range]),
  '--docker-source',
  'distro',
];

/** A person at a terminal who has typed `init` and has never met this machine. */
export interface Sitting {
  readonly terminal: Terminal;
  /** Presses keys after something was asked. */
  at(pattern: RegExp, act: () => Promise<void>): Promise<void>;
  /** The exit code of what was started last; waits for its end. */
  exitCode(): Promise<number>;
  /** The screen without what differs from machine to machine. */
  screen(): Promise<string>;
}

export interface SittingOptions {
  readonly columns: number;
  readonly rows: number;
  readonly flags?: readonly string[];
  /** The machine's key is in known_hosts already. */
  readonly known?: boolean;
}

/** The exit code and the prompt below it: the shell sets the terminal for the prompt before it writes it. */
export const PROMPT = /^exit=(\d+)\n\$$/m;

/** Starts `init` in a terminal, runs `drive`, and expects the terminal to be as it was before. */
export const sitDown = async (
  vps: Vps,
  { columns, rows, flags = [], known = false }: SittingOptions,
  drive: (sitting: Sitting) => Promise<void>,
): Promise<{ readonly before: string; readonly after: string }> => {
  if (!known) await operator.forget(vps.ip);
  const terminal = await openTerminal(columns, rows);
  try {
    const before = await terminal.settings();
    const words = [process.execPath, BIN, 'init', `${vps.user}@${vps.ip}`, ...FLAGS, ...flags];
    await terminal.enter(`clear; ${words.join(' ')}; echo "exit=$?"`);
    await drive({
      terminal,
      async at(pattern, act) {
        await terminal.until(pattern);
        await act();
      },
      async exitCode() {
        await terminal.until(PROMPT);
        return Number(PROMPT.exec(await terminal.text())?.[1]);
      },
      // The key is another one each time, its length is not.
      screen: async () =>
        (await terminal.screen()).replace(/(?<=SHA256:)[A-Za-z0-9+/]+(\n[A-Za-z0-9+/]+$)?/m, (key) =>
          key.replace(/[^\n]/g, 'x'),
        ),
    });
    return { before, after: await terminal.settings() };
  } finally {
    await terminal.close();
  }
};
