import { machines } from '../../test/world/index.ts';

/**
 * Removes the machines with these names, but for those to `keep`, when the work is done, when it fails, and when it
 * is stopped in the middle (Ctrl-C: exit code 130).
 */
export async function withMachines<T>(
  names: readonly string[],
  keep: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const remove = async () => {
    for (const machine of machines()) {
      if (names.includes(machine.name) && !keep.includes(machine.name)) await machine.remove();
    }
  };
  let stopping: Promise<void> | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping !== undefined) return;
    console.error(`\n${signal}: removing the machines`);
    stopping = remove().finally(() => process.exit(130));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await work();
  } finally {
    // The work fails as its machine goes; that is not what ends us.
    if (stopping !== undefined) await stopping;
    await remove();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
