import type { Host } from './host.ts';
import { sh } from './quote.ts';

/** A text that is longer than this is not shown. */
const LIMIT_BYTES = 512 * 1024;

/**
 * The texts of files on a machine, by path, in one round trip; a file that is not there, is no file or is too long is
 * left out. To be run past the log: somebody may have put a secret into a file.
 */
export const readTexts = async (
  host: Host,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> => {
  if (paths.length === 0) return {};
  const script = paths.map(
    (path, index) =>
      sh`[ ! -L ${path} ] && [ -f ${path} ] && [ "$(stat -c %s -- ${path})" -le ${LIMIT_BYTES} ] && echo ${index} "$(base64 -w 0 -- ${path})"`,
  );
  const { stdout } = await host.run(`${script.join('\n')}\ntrue`, signal === undefined ? {} : { signal });
  return Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => /^\d+ /.test(line))
      .map((line) => {
        const [index = '', encoded = ''] = line.split(' ');
        return [paths[Number(index)] ?? '', Buffer.from(encoded, 'base64').toString('utf8')];
      }),
  );
};
