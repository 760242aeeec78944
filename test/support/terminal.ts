import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { operator } from '../world/index.ts';

/** A shell of the operator in a real terminal (tmux), to be typed into and looked at. */
export interface Terminal {
  /** Keys as text, all at once as a paste without brackets would be. */
  type(text: string): Promise<void>;
  /** As a terminal pastes: in one piece, with the brackets of bracketed paste where the program asked for them. */
  paste(text: string): Promise<void>;
  /** Keys by tmux's names: `Enter`, `Up`, `C-c`. */
  press(...keys: readonly string[]): Promise<void>;
  /** A line and Enter. */
  enter(text: string): Promise<void>;
  /** What is on the screen now, line by line, without trailing space. */
  screen(): Promise<string>;
  /** Everything since the last `clear`, line by line as the terminal breaks them. */
  lines(): Promise<string>;
  /** Everything since the last `clear`, wrapped lines joined. */
  text(): Promise<string>;
  /** Waits until the text of the terminal matches; an error with the screen when it does not. */
  until(pattern: RegExp, milliseconds?: number): Promise<void>;
  clear(): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** `stty -a` of the terminal. */
  settings(): Promise<string>;
  close(): Promise<void>;
}

const PATIENCE_MS = 60_000;

export const openTerminal = async (columns: number, rows: number): Promise<Terminal> => {
  const socket = `matrix-bastion-${process.pid}-${randomBytes(3).toString('hex')}`;
  const tmux = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await operator.run(['tmux', '-L', socket, '-f', '/dev/null', ...words], {
      reject: true,
    });
    return stdout;
  };
  const shell = "env TERM=screen-256color PS1='$ ' bash --noprofile --norc";
  await tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, shell);
  await tmux('set-option', '-g', 'history-limit', '20000');
  await tmux('set-option', '-g', 'status', 'off');
  await tmux('set-option', '-g', 'window-size', 'manual');
  await tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  const tty = (await tmux('display-message', '-p', '#{pane_tty}')).trim();
  const tidy = (text: string): string => text.replace(/[ \t]+$/gm, '').trimEnd();
  const text = async (): Promise<string> => tidy(await tmux('capture-pane', '-p', '-J', '-S', '-'));
  const terminal: Terminal = {
    async type(keys) {
      await tmux('send-keys', '-l', '--', keys);
    },
    async paste(piece) {
      await tmux('set-buffer', '--', piece);
      await tmux('paste-buffer', '-p');
    },
    async press(...keys) {
      for (const key of keys) await tmux('send-keys', key);
    },
    async enter(line) {
      await terminal.type(line);
      await terminal.press('Enter');
    },
    screen: async () => tidy(await tmux('capture-pane', '-p')),
    lines: async () => tidy(await tmux('capture-pane', '-p', '-S', '-')),
    text,
    async until(pattern, milliseconds = PATIENCE_MS) {
      for (const end = Date.now() + milliseconds; ; await sleep(50)) {
        const now = await text();
        // A program that wraps by itself breaks lines anywhere.
        if (pattern.test(now) || pattern.test(now.replaceAll('\n', ''))) return;
        if (Date.now() > end) throw new Error(`${pattern} did not turn up:\n${now}`);
      }
    },
    async clear() {
      await tmux('send-keys', '-R');
      await tmux('clear-history');
    },
    async resize(wide, high) {
      await tmux('resize-window', '-x', `${wide}`, '-y', `${high}`);
    },
    settings: async () => (await operator.run(['stty', '-a', '-F', tty], { reject: true })).stdout,
    async close() {
      await tmux('kill-server');
    },
  };
  await terminal.until(/\$/);
  return terminal;
};
