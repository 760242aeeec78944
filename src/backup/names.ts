/** Whether a file's name is that of a complete backup of this server; anything else in the folder is somebody's. */
export const isBackupOf = (serverName: string, name: string): boolean =>
  name.startsWith(`${serverName}-`) &&
  /^\d{4}-\d{2}-\d{2}T\d{6}Z\.tar(\.age)?$/.test(name.slice(serverName.length + 1));

/**
 * What the retention takes away once one more is there: all but the newest `keep`, by the time in their names. The
 * new one is among those, so the last good one never goes.
 */
export const outdated = (serverName: string, names: readonly string[], keep: number): string[] =>
  names
    .filter((name) => isBackupOf(serverName, name))
    .sort()
    .reverse()
    .slice(keep - 1);
