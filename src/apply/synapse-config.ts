import { Failure, Refusal } from '../errors.ts';
import { quote } from '../host/quote.ts';
import type { ChangeOf } from '../plan/change.ts';
import { PATHS, UID, writingCopy, writtenCopy } from '../render/layout.ts';
import { keepReplaced, putRecorded, treeEntry } from './files.ts';
import { lockedImage } from './images.ts';
import { marked, script, tail } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

const OWNER = `${UID.synapse.uid}:${UID.synapse.gid}`;
const STAGED = `${PATHS.synapseConfig}.staged`;

/** What `docker run` ends with when the engine could not start the container (docker-run(1), "Exit Status"). */
const DOCKER_FAILED = 125;

/** Nothing was said of the configuration: the engine could not start a container of the image. */
const notTried = (output: string): Failure => {
  const why =
    tail(output, 10).find((line) => /error|no space/i.test(line)) ??
    tail(output, 1)[0] ??
    'It did not say why.';
  const full = /no space left/i.test(why);
  return new Failure({
    code: full ? 'MB-HOST-DISK' : 'MB-SYNAPSE-TRY',
    what: full
      ? 'No space is left on the machine for the container in which Synapse judges its configuration.'
      : "Docker could not start Synapse's image to judge the configuration.",
    why,
    fix: full
      ? ['On the machine: df -h; docker image prune', 'Make room, then run this again.']
      : ['On the machine: systemctl status docker', 'Then run this again.'],
    safe: 'The running server keeps its configuration.',
    log: tail(output),
  });
};

/** Lets an image judge what is staged in a folder, together with conf.d. */
export const acceptedBySynapse = async (image: string, staged: string, tools: Tools): Promise<void> => {
  const result = await tools.host.run(
    script(tools, 'validate-synapse-config.sh', { image, owner: OWNER, staged, root: PATHS.root }),
    { signal: tools.signal },
  );
  if (result.code === 0) return;
  const opened = marked(result.stdout, 'MB-REGISTRATION-OPEN');
  if (opened !== undefined) throw opensRegistration(opened);
  if (result.code === DOCKER_FAILED) throw notTried(result.stdout);
  throw new Failure({
    code: 'MB-SYNAPSE-CONFIG',
    what: 'Synapse does not accept the configuration.',
    why: tail(result.stdout, 1)[0] ?? `exit code ${result.code}`,
    fix: [`If you changed something in ${PATHS.confd}, correct it there, then run this again.`],
    safe: 'The running server keeps its configuration.',
    log: tail(result.stdout),
  });
};

/** What a setting of conf.d would let strangers do. */
const OPENS: Readonly<Record<string, string>> = {
  allow_guest_access: '`allow_guest_access: true` lets anybody make a guest account.',
  registration_requires_token:
    'Registration is on and `registration_requires_token: false` lets anybody in without a token.',
  enable_registration_token_3pid_bypass:
    '`enable_registration_token_3pid_bypass: true` lets anybody with a mail address in without a token.',
};

const opensRegistration = (setting: string): Refusal =>
  new Refusal({
    code: 'MB-REGISTRATION-OPEN',
    what: `A file in ${PATHS.confd} would let strangers make accounts.`,
    why: OPENS[setting] ?? setting,
    fix: [
      `Find it on the machine: grep -rn ${setting} ${PATHS.confd}`,
      'Take it out, then run this again. To let in whom you invite: --registration invite, then matrix-bastion invite create.',
    ],
    safe: 'The running server keeps its configuration.',
  });

/** Synapse judges the staged files together with conf.d before anything that it reads is replaced. */
export const writeSynapseConfig = async (
  { files, digest, obsolete }: ChangeOf<'write-synapse-config'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress('Synapse validates the new configuration');
  await tools.host.putTree([
    ...[STAGED, `${STAGED}/workers`].map(
      (path) => ({ path, type: 'directory', mode: 0o755, ...UID.root }) as const,
    ),
    ...files.map((file) => treeEntry(file, file.path.replace(PATHS.synapseConfig, STAGED))),
  ]);
  try {
    await acceptedBySynapse(await lockedImage(tools, 'synapse'), STAGED, tools);
  } finally {
    await tools.host.run(`rm -rf ${quote(STAGED)}`);
  }
  if (obsolete.length > 0) await keepReplaced(obsolete, tools);
  await putRecorded(files, tools, [
    {
      path: `${PATHS.state}/homeserver.validated`,
      type: 'file',
      content: `${digest}\n`,
      mode: 0o644,
      ...UID.root,
    },
  ]);
  if (obsolete.length > 0) {
    const gone = obsolete.flatMap((path) => [path, writtenCopy(path), writingCopy(path)]);
    await tools.host.run(`rm -f -- ${gone.map(quote).join(' ')}`);
  }
  return 'done';
};
