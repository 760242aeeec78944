import { SCHEDULE_PATHS } from '../backup/schedule.ts';
import { Failure } from '../errors.ts';
import type { RunResult } from '../host/host.ts';
import { PATHS } from '../render/layout.ts';
import { commandFailure, runOrFail, script } from './script.ts';
import type { Hands } from './tools.ts';

const lines = (paths: readonly string[]): string => paths.map((path) => `${path}\n`).join('');

const after = (output: string, marker: string): string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith(`${marker} `))
    .map((line) => line.slice(marker.length + 1));

/** Stops and removes containers and networks, then files; data stay. */
export const removeInstallation = async (
  files: readonly string[],
  folders: readonly string[],
  hands: Hands,
): Promise<void> => {
  await runOrFail(
    hands,
    script(hands, 'remove-installation.sh', {
      root: PATHS.root,
      folders: folders.join('\n'),
      // The timer before what it starts.
      units: SCHEDULE_PATHS.filter((path) => path.startsWith('/etc/'))
        .toReversed()
        .join('\n'),
    }),
    commandFailure(
      'MB-UNINSTALL',
      'The server could not be removed.',
      ['On the machine: systemctl status docker', 'Then run this again: it goes on where it was.'],
      'All data are where they were.',
    ),
    lines(files),
  );
};

/** Mount points below our folder: a purge does not go into them. */
export const mountsBelow = async ({ host }: Pick<Hands, 'host'>): Promise<string[]> => {
  const { stdout } = await host.run(
    `awk -v below=${PATHS.root}/ 'index($5, below) == 1 { print "MB-MOUNTED " $5 }' /proc/self/mountinfo`,
  );
  return after(stdout, 'MB-MOUNTED');
};

export const mountedBelow = (mounts: readonly string[]): Failure =>
  new Failure({
    code: 'MB-PURGE-MOUNT',
    what: `Other file systems are mounted below ${PATHS.root}; a purge stays on its own.`,
    why: mounts.join('\n'),
    fix: [
      'Take the server off without --purge first: its data stay.',
      ...mounts.map((mount) => `On the machine: umount ${mount}`),
      'What is on them then stays there. Run this again afterwards.',
    ],
    safe: 'No data were deleted.',
  });

/**
 * Deletes data for good.
 * @returns what is left below our folder: files that are neither ours nor data.
 */
export const purgeData = async (
  paths: readonly string[],
  folders: readonly string[],
  hands: Hands,
): Promise<string[]> => {
  const fail = (result: RunResult): Failure => {
    const mounts = after(result.stdout, 'MB-MOUNTED');
    if (mounts.length > 0) return mountedBelow(mounts);
    return commandFailure(
      'MB-PURGE',
      'Not everything could be deleted.',
      ['Run this again: it goes on where it was.'],
      'Nothing beside the listed folders was touched.',
    )(result);
  };
  const { stdout } = await runOrFail(
    hands,
    script(hands, 'purge-data.sh', { root: PATHS.root, folders: folders.join('\n') }),
    fail,
    lines(paths),
  );
  return after(stdout, 'MB-LEFT');
};
