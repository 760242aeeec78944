import { readdirSync, readFileSync } from 'node:fs';

/** The package's templates/scripts folder: two up from here, in src/ as well as in dist/. */
const FOLDER = new URL('../../templates/scripts/', import.meta.url);

/** Texts of the scripts that run on the machine, by file name. */
export const loadScripts = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.sh'))
      .map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')]),
  );
