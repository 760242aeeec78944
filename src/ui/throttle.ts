/** Progress of one step is passed on at most this often; the newest line is never lost, only late. */
const PROGRESS_INTERVAL_MS = 2000;

/** Passes the first line at once and then one line per interval, always the newest; no line twice in a row. */
export function throttle(pass: (line: string) => void, now: () => number) {
  let shown: string | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;
  let waiting: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting !== undefined && waiting !== shown) {
      shown = waiting;
      shownAt = now();
      pass(waiting);
    }
    waiting = undefined;
  };
  return {
    push(line: string): void {
      if (line === '') return;
      waiting = line;
      const rest = shownAt + PROGRESS_INTERVAL_MS - now();
      if (rest <= 0) flush();
      else timer ??= setTimeout(flush, rest).unref();
    },
    flush,
  };
}
