import { readFileSync } from 'node:fs';
import { TEMPLATE_NAMES, type Templates } from '../render/templates.ts';

/** The package's templates/ folder: two up from here, in src/ as well as in dist/. */
const FOLDER = new URL('../../templates/', import.meta.url);

/** Reads the templates that the package ships. Throws Node's own error when one is missing: a broken package. */
export const loadTemplates = (): Templates =>
  Object.fromEntries(
    TEMPLATE_NAMES.map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')]),
  ) as unknown as Templates;
