import type { ChangeOf } from '../plan/change.ts';
import { PATHS, UID } from '../render/layout.ts';
import { lockedImage } from './images.ts';
import { commandFailure, runOrFail, script } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

const OWNER = `${UID.synapse.uid}:${UID.synapse.gid}`;

/** Made by Synapse's own image on the machine, which it leaves only when somebody asks for a copy. */
export const createSigningKey = async (
  { serverName }: ChangeOf<'create-signing-key'>,
  tools: Tools,
): Promise<Outcome> => {
  await runOrFail(
    tools,
    script(tools, 'create-signing-key.sh', {
      image: await lockedImage(tools, 'synapse'),
      server_name: serverName,
      keys: PATHS.synapseKeys,
      owner: OWNER,
    }),
    commandFailure(
      'MB-SIGNING-KEY',
      "Synapse's image could not create the signing key.",
      ['Run this again; if it repeats, the lines above say what the image needs.'],
      'No key was replaced.',
    ),
  );
  return 'done';
};

/** What a transcript shows in the place of the key. */
export const SOME_KEY = '(the signing key of --signing-key-file)';

/** The operator's copy, before Synapse starts for the first time; it goes over standard input. */
export const placeSigningKey = async (
  { ids }: ChangeOf<'place-signing-key'>,
  tools: Tools,
): Promise<Outcome> => {
  if (tools.signingKey === undefined) throw new Error('there is no key to be put in place');
  await runOrFail(
    tools,
    script(tools, 'place-signing-key.sh', {
      keys: PATHS.synapseKeys,
      owner: OWNER,
      bytes: Buffer.byteLength(tools.signingKey),
    }),
    commandFailure(
      'MB-SIGNING-KEY',
      `The signing key ${ids.join(', ')} could not be put in place.`,
      [`On the machine: ls -ld ${PATHS.synapseKeys}; df -h ${PATHS.root}`, 'Then run this again.'],
      'No key was replaced.',
    ),
    tools.signingKey,
  );
  return 'done';
};
