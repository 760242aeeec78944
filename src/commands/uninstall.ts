import { loadScripts } from '../apply/load-scripts.ts';
import { takeLock } from '../apply/lock.ts';
import type { Hands } from '../apply/tools.ts';
import { mountedBelow, mountsBelow, purgeData, removeInstallation } from '../apply/uninstall.ts';
import type { CommandContext } from '../cli/context.ts';
import type { UninstallOptions } from '../cli/options.ts';
import { connectionProblems } from '../cli/problems.ts';
import { EXIT, type ExitCode, Refusal, UsageError } from '../errors.ts';
import { gatherFacts } from '../host/facts/index.ts';
import { summaryOf } from '../host/facts/summary.ts';
import { loggedHost } from '../host/logged.ts';
import { emptyFolders, isAbsent, planUninstall, type Uninstall } from '../plan/uninstall.ts';
import { PATHS } from '../render/layout.ts';
import { openMachine } from './init/reach.ts';

export const problems = (options: UninstallOptions): readonly string[] => [
  ...connectionProblems(options),
  ...(options.confirm !== undefined && !options.purge ? ['--confirm needs --purge'] : []),
];

/** Takes the server off a machine; its data stay, but with `--purge`. */
export const run = async (options: UninstallOptions, context: CommandContext): Promise<ExitCode> => {
  const { host: plain, log } = await openMachine('uninstall', options, context);
  const host = loggedHost(plain, (script, result) => log.command(script, result));
  const scripts = loadScripts();
  const { ui, signal } = context;
  try {
    const facts = await gatherFacts(plain, signal);
    log.line(`facts: ${summaryOf(facts)}`);
    const plan = planUninstall(facts);
    if (isAbsent(plan)) {
      ui.print(`Nothing of matrix-bastion is on ${plain.name}.`);
      return EXIT.done;
    }
    show(plan, options, context);
    if (options.purge) {
      const mounts = await mountsBelow({ host });
      if (mounts.length > 0) throw mountedBelow(mounts);
    }
    if (options.dryRun) {
      ui.note('Dry run: nothing was changed.');
      return EXIT.done;
    }
    await agree(plan, options, context);
    const lock = await takeLock(host, scripts);
    try {
      const left = await remove(plan, emptyFolders(facts), options, { host, scripts, signal }, context);
      afterwards(plan, left, options, context);
    } finally {
      await lock.release().catch(() => {});
    }
    return EXIT.done;
  } finally {
    await plain.close();
  }
};

const show = (plan: Uninstall, { purge }: UninstallOptions, { ui }: CommandContext): void => {
  const list = (items: readonly string[]) => (items.length === 0 ? 'none' : items.join(', '));
  ui.table([
    { name: 'Server', value: plan.domain ?? 'not known' },
    { name: 'Removed', value: `containers (${list(plan.services)}), their networks, and files of ours` },
    { name: purge ? 'Deleted' : 'Kept', value: list([...plan.data, ...plan.records]) },
    ...(plan.edited.length === 0
      ? []
      : [{ name: `Edited, ${purge ? 'deleted' : 'kept'}`, value: list(plan.edited) }]),
    { name: 'Kept', value: `${PATHS.confd}, backups, Docker and its images` },
  ]);
  if (purge)
    ui.note(
      'Accounts, rooms, media and the signing key are gone for good then: without a backup nobody can be this server again.',
    );
};

/** A purge needs the domain, typed or as a flag; anything else an agreement. */
const agree = async (plan: Uninstall, options: UninstallOptions, context: CommandContext): Promise<void> => {
  if (!options.purge) return agreeToRemove(options, context);
  if (plan.domain === undefined)
    throw new Refusal({
      code: 'MB-PURGE-UNKNOWN',
      what: 'Nothing on the machine says whose server this is, so a purge cannot be confirmed.',
      why: `${PATHS.answers} is missing or damaged.`,
      fix: [`Look into ${PATHS.root} on the machine, and delete by hand what is not wanted.`],
      safe: 'Nothing was changed.',
    });
  if (options.confirm === undefined && !context.interactive)
    throw new UsageError('without a terminal --purge needs --confirm with the domain of the server');
  const typed = options.confirm ?? (await ask(context)).trim();
  if (typed === plan.domain) return;
  throw new Refusal({
    code: 'MB-PURGE-CONFIRM',
    what: `"${typed}" is not the domain of the server on this machine.`,
    fix: ['Compare the machine and the domain with those that you mean.'],
    safe: 'Nothing was changed.',
  });
};

const ask = async (context: CommandContext): Promise<string> =>
  (await promptsOf(context)).typed('Type the domain of the server to delete all of it for good');

const agreeToRemove = async (options: UninstallOptions, context: CommandContext): Promise<void> => {
  if (options.yes) return;
  if (!context.interactive) throw new UsageError('without a terminal a server is removed only with --yes');
  if (await (await promptsOf(context)).confirm('Remove the server? Its data stay', false)) return;
  throw Object.assign(new Error('the removal was not agreed to'), { name: 'AbortError' });
};

const promptsOf = async (context: CommandContext) => {
  const { createPrompts } = await import('../answers/prompt.ts');
  return createPrompts({ resume: () => context.resume, signal: context.signal });
};

/** @returns what is left after a purge. */
const remove = async (
  plan: Uninstall,
  folders: readonly string[],
  { purge }: UninstallOptions,
  hands: Omit<Hands, 'progress'>,
  { ui, signal }: CommandContext,
): Promise<readonly string[]> => {
  let left: readonly string[] = [];
  await ui.run(
    [
      {
        id: 'remove',
        title: 'Remove the server',
        run: (progress) => removeInstallation(plan.files, folders, { ...hands, progress }),
      },
      {
        id: 'purge',
        title: 'Delete its data',
        skip: () => (purge ? undefined : 'kept'),
        run: async (progress) => {
          const paths = [...plan.data, ...plan.edited, ...plan.records];
          left = await purgeData(paths, folders, { ...hands, progress });
        },
      },
    ],
    signal,
  );
  return left;
};

const afterwards = (
  plan: Uninstall,
  left: readonly string[],
  { purge, target }: UninstallOptions,
  { ui }: CommandContext,
): void => {
  if (!purge) {
    ui.print(`The server is removed; its data are in ${PATHS.root}.`);
    if (plan.domain !== undefined)
      ui.note(`To install it again over them: matrix-bastion init ${target} --domain ${plan.domain}`);
    return;
  }
  ui.print('The server and its data are deleted.');
  for (const path of left) ui.note(`Left, because it is not of ours: ${path}`);
};
