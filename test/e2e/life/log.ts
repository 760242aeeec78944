import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFile } from '../../support/product.ts';

/** Logs of all runs for a domain, oldest first. */
export const runLogs = (domain: string): string[] => {
  const folder = stateFile(domain, 'logs');
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
};

interface Entry {
  readonly at: number;
  readonly text: string;
}

const STEPS = /^(docker|homeserver|database|well-known|federation|admin): /;
/** What takes as long as the mirrors and the registry need. */
const DOWNLOADS = /^(docker: install|homeserver: pull) /;

/** Milliseconds of the steps of an installation as its log tells them: all, and the downloads among them. */
export const stepTimes = (log: string): { readonly all: number; readonly downloads: number } => {
  const entries: Entry[] = [...log.matchAll(/^(\S+Z) (.*)$/gm)]
    .map(([, time = '', text = '']) => ({ at: Date.parse(time), text }))
    .filter(({ text }) => STEPS.test(text) || text.startsWith('facts: '));
  const first = entries.findIndex(({ text }) => STEPS.test(text));
  const begun = entries[first]?.at ?? Number.NaN;
  const ended = entries.at(-1)?.at ?? Number.NaN;
  const downloads = entries.reduce(
    (sum, { at, text }, index) => sum + (DOWNLOADS.test(text) ? (entries[index + 1]?.at ?? at) - at : 0),
    0,
  );
  return { all: ended - begun, downloads };
};
