import { Chalk } from 'chalk';

/** The few colours in use: the sixteen of the terminal's own palette, so that light backgrounds stay readable. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
  /** Black on white, for what is read by machines. */
  readonly paper: (text: string) => string;
}

/** Whether a stream is written to in colour: not when it is no terminal, `NO_COLOR` is set and not empty, or TERM is `dumb`. */
export const hasColour = (
  stream: Pick<NodeJS.WriteStream, 'isTTY'>,
  env: Readonly<Record<string, string | undefined>>,
): boolean => stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';

/** Colours for a stream, or none. */
export function chooseStyle(
  stream: Pick<NodeJS.WriteStream, 'isTTY'>,
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const chalk = new Chalk({ level: hasColour(stream, env) ? 1 : 0 });
  return {
    good: chalk.green,
    bad: chalk.red,
    faint: chalk.dim,
    strong: chalk.bold,
    paper: chalk.black.bgWhiteBright,
  };
}
