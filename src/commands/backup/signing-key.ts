import { readFile, writeFile } from 'node:fs/promises';
import { openStore } from '../../answers/store.ts';
import { serverNameOf } from '../../backup/plan.ts';
import { isKnownKey, readSigningKey, type SigningKeyFile, secretsOf } from '../../backup/signing-key.ts';
import { reason } from '../../cli/secret-file.ts';
import { EXIT, type ExitCode, Failure, Refusal } from '../../errors.ts';
import { quote } from '../../host/quote.ts';
import { PATHS } from '../../render/layout.ts';
import type { BackupTools } from './tools.ts';

const SAFE = 'Nothing was changed; the key on the machine is as it was.';

/**
 * Copies the signing key, which is all that cannot be made again, to the operator: into a new file that only its owner may
 * read, or onto the screen for paper. It goes past the log, and nothing on the machine changes.
 */
export const copySigningKey = async (to: string, tools: BackupTools): Promise<ExitCode> => {
  const { context, facts } = tools;
  const domain = serverNameOf(facts);
  if (domain === undefined)
    throw new Refusal({
      code: 'MB-BACKUP-NONE',
      what: `There is no server of matrix-bastion on ${tools.plain.name}.`,
      fix: ['Name the machine that runs the homeserver.'],
      safe: SAFE,
    });
  const key = await keyOf(tools);
  const store = await openStore(domain, { env: context.env });
  if (!isKnownKey(key.keys, await store.readSigningKeys()))
    context.ui.note(`Take care: it is not the key that ${domain} was seen with from here before.`);
  for (const [id, half] of Object.entries(key.keys))
    context.ui.table([{ name: 'Signing key', value: `${id} ${half} (its public half)` }]);
  if (to === '-') {
    for (const line of key.text.trimEnd().split('\n'))
      context.ui.showOnce(`Secret, of ${domain}: write it down`, line);
  } else await writeCopy(to, key, context.ui.print);
  context.ui.note(
    `Whoever has it can speak as ${domain}: keep it as you keep a will. It brings the name back, not the messages: those are in a backup.`,
  );
  context.ui.note('It is used by: matrix-bastion init USER@HOST --signing-key-file FILE');
  return EXIT.done;
};

const keyOf = async ({ plain, context }: BackupTools): Promise<SigningKeyFile> => {
  const { stdout } = await plain.run(`cat ${quote(PATHS.signingKey)}`);
  const read = readSigningKey(stdout);
  if ('problem' in read)
    throw new Refusal({
      code: 'MB-KEY-LOST',
      what: `${PATHS.signingKey} ${read.problem}.`,
      fix: ['Put it back from an earlier backup, then run this again.'],
      safe: SAFE,
    });
  for (const seed of secretsOf(read.value)) context.redactor.add(seed);
  return read.value;
};

/** Never over a file that is there: it may be the only copy of another key. */
const writeCopy = async (
  path: string,
  { text }: SigningKeyFile,
  print: (line: string) => void,
): Promise<void> => {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600, flush: true });
    print(`The signing key is in ${path}, which only you can read.`);
  } catch (error) {
    const there = await readFile(path, 'utf8').catch(() => undefined);
    if (there === text) return print(`Nothing to do: ${path} is that key already.`);
    throw new Failure({
      code: 'MB-KEY-FILE',
      what: `The signing key could not be written to ${path}.`,
      why: there === undefined ? reason(error) : 'There is a file of that name, and it is not this key.',
      fix: ['Name another file, or - for the screen.'],
      safe: SAFE,
    });
  }
};
