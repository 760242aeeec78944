import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** How deep files may include each other. Source: OpenSSH, readconf.c, READCONF_MAX_DEPTH. */
const DEPTH = 16;

/**
 * The names of single machines in the user's ~/.ssh/config, in their order, each once: what stands after `Host`
 * without `*`, `?` or `!`, included files followed. Names that log in as `git` are left out: no machine of one's own
 * is reached like that (guess). A file that cannot be read has no names.
 *
 * Source of the format: ssh_config(5), "Host" and "Include".
 */
export function configuredHosts(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const home = env.HOME ?? homedir();
  const found = new Set<string>();
  readHosts(join(home, '.ssh', 'config'), { home, depth: 0, found });
  return [...found];
}

interface Reading {
  readonly home: string;
  readonly depth: number;
  readonly found: Set<string>;
}

function readHosts(path: string, { home, depth, found }: Reading): void {
  let names: readonly string[] = [];
  for (const { keyword, words } of linesOf(path)) {
    if (keyword === 'host') {
      names = words.filter((name) => !/[*?!]/.test(name) && !found.has(name));
      for (const name of names) found.add(name);
    } else if (keyword === 'match') names = [];
    else if (keyword === 'user' && words[0] === 'git') for (const name of names) found.delete(name);
    else if (keyword === 'include' && depth < DEPTH)
      for (const pattern of words)
        for (const file of filesOf(pattern, home)) readHosts(file, { home, depth: depth + 1, found });
  }
}

interface Line {
  /** In lower case. */
  readonly keyword: string;
  readonly words: readonly string[];
}

function linesOf(path: string): readonly Line[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split(/\r?\n/).flatMap((line) => {
    // Keyword and arguments are parted by white space or by one `=` with white space around it.
    const [, keyword, rest] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? [];
    return keyword === undefined ? [] : [{ keyword: keyword.toLowerCase(), words: wordsOf(rest ?? '') }];
  });
}

/** Words, which may stand in double quotes, up to a comment. */
function wordsOf(text: string): string[] {
  const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)];
  const comment = words.findIndex(([, , plain]) => plain?.startsWith('#'));
  return words
    .slice(0, comment < 0 ? words.length : comment)
    .map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** The files that a pattern of `Include` names: `~` is the home, what is not absolute lies in ~/.ssh. */
function filesOf(pattern: string, home: string): readonly string[] {
  const plain = pattern.replace(/^~(?=\/|$)/, () => home);
  const [, ...parts] = (isAbsolute(plain) ? plain : join(home, '.ssh', plain)).split('/');
  return parts.reduce<readonly string[]>(
    (folders, part) =>
      /[*?[]/.test(part)
        ? folders.flatMap((folder) => matching(folder, part).map((name) => `${folder}/${name}`))
        : folders.map((folder) => `${folder}/${part}`).filter((path) => existsSync(path)),
    [''],
  );
}

/** As glob(7): sorted, and a dot in front is matched by a dot only. */
function matching(folder: string, pattern: string): readonly string[] {
  const expression = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  let expected: RegExp;
  try {
    expected = new RegExp(`^${expression.replaceAll('[!', '[^')}$`);
    return readdirSync(folder === '' ? '/' : folder)
      .filter((name) => expected.test(name) && (!name.startsWith('.') || pattern.startsWith('.')))
      .sort();
  } catch {
    return [];
  }
}
