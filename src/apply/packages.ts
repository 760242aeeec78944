import { Failure } from '../errors.ts';
import type { RunResult } from '../host/host.ts';
import { PACKAGE_LOCK_HOLDER } from '../host/package-locks.ts';
import type { AptRepository, ChangeOf } from '../plan/change.ts';
import { KEYRING, SOURCES, sourcesText } from '../plan/docker-support.ts';
import { commandFailure, jobOrFail, marked, runOrFail, script, tail } from './script.ts';
import type { Hands, Outcome, Tools } from './tools.ts';

/** How long the package lock and cloud-init are waited for; unattended-upgrades on a slow VPS takes minutes. */
const LOCK_LIMIT_SECONDS = 900;

/** Errors of apt that explain a failure; the first ones are often its cause. */
const SHOWN_ERRORS = 3;

const RERUN_IS_SAFE = 'Rerunning is safe: what was installed stays, what was not is tried again.';

const aptFailure =
  (what: string) =>
  (result: RunResult): Failure => {
    const holder = marked(result.stdout, 'MB-LOCK-HELD');
    if (holder !== undefined) {
      return new Failure({
        code: 'MB-APT-LOCK',
        what: `The package lock is still held by ${holder} after ${LOCK_LIMIT_SECONDS / 60} minutes.`,
        why: 'Another package installation is running on the machine, or hangs.',
        fix: [
          `See what it does: ps -fp ${/pid (\d+)/.exec(holder)?.[1] ?? ''}`,
          'Let it finish, then run this again.',
        ],
        safe: 'No package was changed.',
      });
    }
    const lines = result.stdout.split('\n');
    const unreached = lines.find((line) => line.startsWith('W: Failed to fetch '));
    const errors = lines.filter((line) => /^(E:|dpkg: error)/.test(line));
    // The last one is of the command that failed; those before it may be of lists that it did without.
    const shown =
      errors.length > SHOWN_ERRORS ? [...errors.slice(0, SHOWN_ERRORS - 1), ...errors.slice(-1)] : errors;
    return new Failure({
      code: 'MB-APT',
      what,
      // apt goes on without lists that it could not fetch, and then complains about missing packages only.
      why:
        [...(unreached ? [unreached] : []), ...shown].join('\n') ||
        (tail(result.stdout, 1)[0] ?? `exit code ${result.code}`),
      fix: [
        unreached
          ? "Check the machine's way out to its package sources (DNS, firewall, proxy) and /etc/apt/sources.list."
          : 'Repair what apt complains about.',
        'On the machine this shows whether it is in order: apt-get update && apt-get -f install',
        'Then run this again.',
      ],
      safe: RERUN_IS_SAFE,
      log: tail(result.stdout),
    });
  };

const apt = (tools: Hands, action: 'repair' | 'packages', packages: readonly string[], what: string) =>
  jobOrFail(
    tools,
    'apt',
    PACKAGE_LOCK_HOLDER +
      script(tools, 'apt.sh', { action, packages: packages.join(' '), limit: LOCK_LIMIT_SECONDS }),
    aptFailure(what),
  );

export const waitForCloudInit = async (tools: Tools): Promise<Outcome> => {
  tools.progress("waiting for the provider's first-boot set-up (cloud-init)");
  await runOrFail(
    tools,
    `timeout ${LOCK_LIMIT_SECONDS} cloud-init status --wait >/dev/null 2>&1; case $? in 124) exit 1;; *) exit 0;; esac`,
    commandFailure(
      'MB-CLOUD-INIT',
      `cloud-init was still running after ${LOCK_LIMIT_SECONDS / 60} minutes.`,
      ['On the machine: cloud-init status --long', 'Let it finish, then run this again.'],
      'Nothing was changed.',
    ),
  );
  return 'done';
};

export const repairDpkg = async (tools: Tools): Promise<Outcome> => {
  await apt(tools, 'repair', [], 'An interrupted package installation could not be finished.');
  return 'done';
};

export const installPackages = async (
  { packages }: ChangeOf<'install-packages'>,
  tools: Hands,
): Promise<Outcome> => {
  await apt(tools, 'packages', packages, `apt could not install ${packages.join(', ')}.`);
  return 'done';
};

/** Fetches the repository's key, compares the pinned fingerprint here, and only then lets apt trust it. */
export const addDockerRepository = async (
  { repository }: ChangeOf<'docker-repository'>,
  tools: Tools,
): Promise<Outcome> => {
  const key = await fetchKey(repository, tools);
  const packets = tools.operator.judgeKey(key, repository);
  await tools.host.putTree([
    { path: '/etc/apt/keyrings', type: 'directory', mode: 0o755, uid: 0, gid: 0 },
    { path: KEYRING, type: 'file', content: packets, mode: 0o644, uid: 0, gid: 0 },
    { path: SOURCES, type: 'file', content: sourcesText(repository), mode: 0o644, uid: 0, gid: 0 },
  ]);
  await remove(tools, OLD_KEYRING);
  return 'done';
};

export const removeDockerRepository = async (tools: Tools): Promise<Outcome> => {
  // The source first: one whose key is gone would stop every update of apt's lists.
  await remove(tools, SOURCES, KEYRING, OLD_KEYRING);
  return 'done';
};

/** As first builds of this tool installed the key: as it was downloaded. */
const OLD_KEYRING = '/etc/apt/keyrings/matrix-bastion-docker.asc';

const remove = (tools: Tools, ...paths: readonly string[]) =>
  runOrFail(
    tools,
    `rm -f ${paths.join(' ')}`,
    commandFailure('MB-HOST-WRITE', `${paths[0]} could not be removed.`, [], 'No package was changed.'),
  );

/** apt's own downloader: no further package is needed for it, and it honours the machine's apt proxy. */
const fetchKey = async (repository: AptRepository, tools: Tools): Promise<Buffer> => {
  tools.progress(`fetching ${repository.keyUrl}`);
  const { stdout } = await runOrFail(
    // Its output is the key itself: nothing to show.
    { ...tools, progress: () => {} },
    script(tools, 'fetch-key.sh', { key_url: repository.keyUrl }),
    commandFailure(
      'MB-DOCKER-REPOSITORY',
      `${repository.keyUrl} could not be fetched from the machine.`,
      [
        "Check the machine's way out: its DNS, its firewall, its proxy (apt's proxy setting is honoured).",
        "Or take the distribution's packages where they suffice: --docker-source distro",
      ],
      'No package was changed.',
    ),
  );
  return Buffer.from(marked(stdout, 'KEY') ?? '', 'base64');
};
