import { readSigningKey, type SigningKeyFile, secretsOf } from '../../backup/signing-key.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { readSecretFile } from '../../cli/secret-file.ts';
import { UsageError } from '../../errors.ts';

const FLAG = '--signing-key-file';

/** Why a file is no signing key; undefined when it is one. */
export const keyObjection = (text: string): string | undefined => {
  const read = readSigningKey(text);
  return 'problem' in read ? `the file ${read.problem}` : undefined;
};

/** The operator's copy of the signing key, hidden from every log; undefined when none was given. */
export const givenSigningKey = (
  { signingKeyFile }: InitOptions,
  { redactor }: Pick<CommandContext, 'redactor'>,
): SigningKeyFile | undefined => {
  if (signingKeyFile === undefined) return undefined;
  const read = readSigningKey(readSecretFile(FLAG, signingKeyFile, redactor));
  if ('problem' in read) throw new UsageError(`${FLAG}: ${signingKeyFile} ${read.problem}`);
  for (const seed of secretsOf(read.value)) redactor.add(seed);
  return read.value;
};
