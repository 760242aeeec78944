import { readTextFile } from '../../cli/secret-file.ts';
import { refuseAll } from '../../errors.ts';
import { parseServerName } from '../../federation/server-name.ts';

/**
 * The servers to check, each once, those of the command line first. In the file one a line; `#` begins a comment.
 *
 * @throws UsageError when the file cannot be read, or for all lines that are no server name.
 */
export function readNames(typed: readonly string[], file: string | undefined): string[] {
  if (file === undefined) return [...new Set(typed)];
  const wrong: string[] = [];
  const listed = readTextFile('--from-file', file)
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const text = line.replace(/#.*/, '').trim();
      if (text === '') return [];
      const name = parseServerName(text);
      if ('invalid' in name) {
        wrong.push(`--from-file: line ${index + 1}: "${text}" is not a server name: ${name.invalid}`);
        return [];
      }
      return [text];
    });
  refuseAll(wrong, 'lines');
  return [...new Set([...typed, ...listed])];
}
