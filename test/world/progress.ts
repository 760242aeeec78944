import { styleText } from 'node:util';

const begun = performance.now();
let write: (line: string) => void = (line) => process.stderr.write(`${line}\n`);

/** Where progress lines go; tests that print their own pass a function that drops them. */
export function reportTo(sink: (line: string) => void): void {
  write = sink;
}

const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

export function say(text: string): void {
  write(`${styleText('dim', seconds(begun).padStart(8))}  ${text}`);
}

/** Says what is being done, unless it is done before anybody could wonder, and in the end how long it took. */
export async function step<T>(text: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const announcement = setTimeout(() => say(`${text} …`), 400);
  const result = await work()
    .catch((error: unknown) => {
      say(`${text}: failed after ${seconds(from)}`);
      throw error;
    })
    .finally(() => clearTimeout(announcement));
  if (performance.now() - from > 2000) say(`${text}: done in ${seconds(from)}`);
  return result;
}
