import type { FailureText } from '../errors.ts';
import type { Style } from './colour.ts';

/** The lines of a log that a failure shows. */
const LOG_LINES = 20;

/**
 * The failure block: what, why, the log's tail, the fix, the command that goes on, what is safe, the whole log.
 * One column, so that 40 columns and a screen reader are served as well.
 */
export function renderFailure(
  text: FailureText,
  context: { readonly resume?: string; readonly logPath?: string },
  style: Style,
  clean: (text: string) => string,
  /** Breaks a sentence at words; what may be a command is left to the terminal, so that it can be copied. */
  wrap: (sentence: string, indent: number) => string = (sentence) => sentence,
): string {
  // Stopping is what the person wanted: no fault.
  const word = text.code === 'MB-INTERRUPTED' ? 'STOPPED' : 'FAILED';
  const mark = `${word} ${text.code}`;
  const head = wrap(`${mark} ${clean(text.what)}`, 0);
  const lines = ['', `${style.bad(head.slice(0, mark.length))}${style.strong(head.slice(mark.length))}`];
  const section = (name: string, body: readonly string[]): void => {
    if (body.length === 0) return;
    lines.push(
      '',
      style.faint(`${name}:`),
      ...body.flatMap((part) => clean(part).split('\n')).map((line) => `  ${line}`),
    );
  };
  section('Why', text.why === undefined ? [] : [text.why]);
  section('Expected', text.expected === undefined ? [] : [text.expected]);
  section('Log', (text.log ?? []).flatMap((part) => part.split('\n')).slice(-LOG_LINES));
  section('Fix', text.fix ?? []);
  section('Who can do it', text.who === undefined ? [] : [text.who]);
  section('Then go on with', context.resume === undefined ? [] : [context.resume]);
  section('Safe', text.safe === undefined ? [] : [wrap(text.safe, 2)]);
  section('Full log', context.logPath === undefined ? [] : [context.logPath]);
  return `${lines.join('\n')}\n`;
}
