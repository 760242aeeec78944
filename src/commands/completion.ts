import { readFileSync } from 'node:fs';
import type { CommandContext } from '../cli/context.ts';
import type { CompletionOptions } from '../cli/options.ts';
import { EXIT, type ExitCode } from '../errors.ts';

/** The package's templates/completion folder: two up from here, in src/ as well as in dist/. */
const FOLDER = new URL('../../templates/completion/', import.meta.url);

/** Prints the script that makes a shell ask this program what fits (src/completion). */
export async function run({ shell }: CompletionOptions, { ui }: CommandContext): Promise<ExitCode> {
  ui.print(readFileSync(new URL(shell, FOLDER), 'utf8'));
  return EXIT.done;
}
