/** `2026-01-31T120000Z`, as in a backup's name, as milliseconds since 1970; NaN for anything else. */
export const timeOf = (made: string): number =>
  Date.parse(made.replace(/^(.{13})(\d\d)(\d\d)Z$/, '$1:$2:$3Z'));
