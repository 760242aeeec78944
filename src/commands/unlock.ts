import { loadScripts } from '../apply/load-scripts.ts';
import { type LockHolder, lockHolder, removeLock } from '../apply/lock.ts';
import type { CommandContext } from '../cli/context.ts';
import type { UnlockOptions } from '../cli/options.ts';
import { connectionProblems } from '../cli/problems.ts';
import { EXIT, type ExitCode, Failure, UsageError } from '../errors.ts';
import { loggedHost } from '../host/logged.ts';
import { openMachine } from './init/reach.ts';

export const problems = (options: UnlockOptions): readonly string[] => connectionProblems(options);

const STATE: Readonly<Record<LockHolder['state'], string>> = {
  held: 'its session is open: the run may be at work',
  ended: 'its session has ended: init takes the lock by itself',
  rebooted: 'the machine was restarted since: init takes the lock by itself',
};

/** Shows who holds the run lock on a machine, asks, and takes it away. */
export const run = async (options: UnlockOptions, context: CommandContext): Promise<ExitCode> => {
  const { host: plain, log } = await openMachine('unlock', options, context);
  const host = loggedHost(plain, (script, result) => log.command(script, result));
  const scripts = loadScripts();
  try {
    const holder = await lockHolder(host, scripts);
    if (holder === undefined) {
      context.ui.print(`Nobody holds the lock on ${plain.name}.`);
      return EXIT.done;
    }
    context.ui.table([
      { name: 'Held by', value: holder.owner },
      { name: 'Since', value: holder.since },
      { name: 'On the machine', value: `session ${holder.pid}, boot ${holder.bootId}` },
      { name: 'State', value: STATE[holder.state] },
    ]);
    await agree(options, context);
    if (!(await removeLock(host, scripts, holder))) {
      throw new Failure({
        code: 'MB-LOCK-CHANGED',
        what: `The lock on ${plain.name} is not the one that was shown any more.`,
        why: 'That run has ended, or another one has begun.',
        fix: ['Run this again to see who holds it now.'],
        safe: 'Nothing was removed.',
      });
    }
    context.ui.print('The lock was removed. If that run is still at work it stops before its next change.');
    return EXIT.done;
  } finally {
    await plain.close();
  }
};

const agree = async (options: UnlockOptions, context: CommandContext): Promise<void> => {
  if (options.yes) return;
  if (!context.interactive)
    throw new UsageError('without a terminal the lock is removed only with --yes', [
      'Add --yes when that run has really ended, or hangs.',
    ]);
  const { createPrompts } = await import('../answers/prompt.ts');
  const prompts = createPrompts({ resume: () => context.resume, signal: context.signal });
  if (await prompts.confirm('Remove the lock? Only when that run has ended, or hangs', false)) return;
  throw Object.assign(new Error('the lock was not to be removed'), { name: 'AbortError' });
};
