/** Numbers of a version such as `26.1.5+dfsg1-9` or `5:28.0.1-1~debian`; a Debian epoch is left out. */
const versionNumbers = (version: string): number[] =>
  (version.replace(/^\d+:/, '').match(/^\d+(\.\d+)*/)?.[0] ?? '').split('.').map(Number);

/** Whether `version` is at least `minimum`, number by number. An empty version is less than any. */
export const atLeast = (version: string, minimum: string): boolean => {
  const have = versionNumbers(version);
  const want = versionNumbers(minimum);
  for (let i = 0; i < want.length; i += 1) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return version !== '';
};
