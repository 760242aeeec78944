import { writeFileSync } from 'node:fs';
import type { CommandContext } from '../cli/context.ts';
import type { GuideOptions } from '../cli/options.ts';
import { EXIT, type ExitCode, Failure, UsageError } from '../errors.ts';
import { guide } from '../guide/guide.ts';
import { htmlOf } from '../guide/html.ts';
import { markdownOf } from '../guide/markdown.ts';
import { knownAnswers } from './known-answers.ts';

/** Prints the page for the people who have an account on a server; the answers of `init` fill in what is not given. */
export async function run(options: GuideOptions, { ui, env }: CommandContext): Promise<ExitCode> {
  const { domain, out } = options;
  const known = await knownAnswers(domain, env);
  const contact = options.contact ?? known.email;
  if (contact === undefined && known.admin === undefined)
    throw new UsageError(`--contact is needed: nothing is known here of ${domain}`, [
      `matrix-bastion guide ${domain} --contact 'Ada, +44 20 7946 0000'`,
    ]);
  const ownClient = known.clientHost === undefined ? undefined : `https://${known.clientHost}`;
  const client = options.client ?? ownClient;
  const page = guide({
    domain,
    matrixHost: options.host ?? known.matrixHost ?? `matrix.${domain}`,
    ...(known.admin !== undefined && { admin: known.admin }),
    ...(contact !== undefined && { contact }),
    ...(client !== undefined && { client }),
  });
  const text = options.html ? htmlOf(page) : markdownOf(page);
  if (out === undefined) {
    ui.print(text.trimEnd());
    return EXIT.done;
  }
  write(out, text);
  ui.note(`The guide is in ${out}.`);
  return EXIT.done;
}

/** Never over a file that is there: somebody may have written on from it. */
const write = (path: string, text: string): void => {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new Failure({
      code: 'MB-GUIDE-FILE',
      what: isThere ? `${path} exists already.` : `${path} could not be written.`,
      why: isThere
        ? 'It may hold changes of yours, so it is not overwritten.'
        : error instanceof Error
          ? error.message
          : String(error),
      fix: [
        isThere ? 'Name another file, or remove this one.' : 'Name a file in a folder that you may write to.',
      ],
    });
  }
};
