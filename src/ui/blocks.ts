type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether block characters can be shown: the locale is UTF-8, and it is not the kernel's console, whose font has
 * few of them. On Windows there is no locale to ask; its new terminal sets WT_SESSION.
 */
export function canShowBlocks(env: Env, platform: NodeJS.Platform = process.platform): boolean {
  if (env.TERM === 'linux' || env.TERM === 'dumb') return false;
  if (platform === 'win32') return env.WT_SESSION !== undefined && env.WT_SESSION !== '';
  // The first that is set and not empty counts (POSIX, "Internationalization Variables").
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** Eighths of a column, from U+258F to U+2588. */
const EIGHTHS = '▏▎▍▌▋▊▉█';

/** A bar of at most `columns` columns for `share` (0 to 1); something is always more than nothing. */
export function bar(share: number, columns: number, blocks: boolean): string {
  if (share <= 0) return '';
  const exact = Math.min(1, share) * columns;
  if (!blocks) return exact < 0.5 ? '.' : '#'.repeat(Math.round(exact));
  const eighths = Math.max(1, Math.round(exact * 8));
  const rest = eighths % 8;
  return '█'.repeat(Math.floor(eighths / 8)) + (rest === 0 ? '' : (EIGHTHS[rest - 1] ?? ''));
}
