import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { DEFAULT_DESTINATION } from '../../backup/destination.ts';
import { sizeText } from '../../backup/size.ts';
import { Failure } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import { quote } from '../../host/quote.ts';

/** `host:/path`: the backup is on the machine already. */
const ON_HOST = 'host:';

/** One script each: small enough for memory on both sides, large enough that round trips do not count. */
const PIECE = 8 * 1024 * 1024;

export const pathOnHost = (file: string): string | undefined =>
  file.startsWith(ON_HOST) ? file.slice(ON_HOST.length) : undefined;

/** Where a file of the operator's side will be; its name says which bytes it holds, unless it is a backup's own name. */
const placeFor = (folder: string, file: string, sha256: string): string => {
  const name = basename(file);
  const kept = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(name) ? name : `restore-${sha256.slice(0, 12)}.tar`;
  return `${folder}/${kept}`;
};

export interface Brought {
  /** Path on the machine. */
  readonly file: string;
  /** Whether this run put it there. */
  readonly copied: boolean;
}

/**
 * Sees to it that the backup is on the machine: a file from here goes in pieces, and a broken transfer goes on
 * where it stopped.
 * @throws Failure MB-RESTORE-UPLOAD; MB-RESTORE-FILE when there is no such file on the machine.
 */
export const bringBackup = async (
  given: string,
  host: Host,
  progress: (line: string) => void,
  signal: AbortSignal,
  folder = DEFAULT_DESTINATION.folder,
): Promise<Brought> => {
  const there = pathOnHost(given);
  if (there !== undefined) {
    const { code } = await host.run(`[ -f ${quote(there)} ]`, { signal });
    if (code === 0) return { file: there, copied: false };
    throw new Failure({
      code: 'MB-RESTORE-FILE',
      what: `There is no file ${there} on ${host.name}.`,
      fix: ['Look for it there: ls -l /var/backups/matrix-bastion'],
      safe: 'Nothing was changed.',
    });
  }
  const { size } = statSync(given);
  progress('reading it here');
  const sha256 = await hashOf(given);
  const file = placeFor(folder, given, sha256);
  const upload = `${file}.${sha256.slice(0, 12)}.upload`;
  const begun = await mustRun(
    host,
    `umask 077
mkdir -p -m 0700 ${quote(folder)}
if [ -f ${quote(file)} ]; then
  if [ "$(sha256sum <${quote(file)} | cut -d ' ' -f 1)" = ${quote(sha256)} ]; then echo there; exit 0; fi
  echo "another file is there under its name: ${file}" >&2
  exit 1
fi
free=$(df -Pk ${quote(folder)} | tail -n 1 | { read -r _ _ _ free _; echo "$free"; })
have=$(wc -c <${quote(upload)} 2>/dev/null || echo 0)
if [ "$free" -lt $(((${size} - have) / 1024 + 524288)) ]; then
  echo "it takes ${sizeText(size)}, and $((free / 1024)) MB are free" >&2
  exit 1
fi
echo "$have"`,
    signal,
  );
  if (begun === 'there') return { file, copied: false };
  let at = Math.min(Number(begun), size);
  while (at < size) {
    const piece = await pieceOf(given, at);
    const now = await mustRun(
      host,
      `umask 077
[ "$(wc -c <${quote(upload)} 2>/dev/null || echo 0)" -eq ${at} ] || { echo 'somebody else writes it, too' >&2; exit 1; }
cat >>${quote(upload)} && wc -c <${quote(upload)}`,
      signal,
      piece,
    );
    at += piece.length;
    if (Number(now) !== at) throw uploadFailure(host.name, `${now} of ${at} bytes are there`);
    progress(`${sizeText(at)} of ${sizeText(size)}`);
  }
  await mustRun(
    host,
    `if [ "$(sha256sum <${quote(upload)} | cut -d ' ' -f 1)" != ${quote(sha256)} ]; then
  rm -f ${quote(upload)}
  echo 'other bytes arrived' >&2
  exit 1
fi
sync ${quote(upload)} && mv ${quote(upload)} ${quote(file)}`,
    signal,
  );
  return { file, copied: true };
};

const uploadFailure = (name: string, why: string): Failure =>
  new Failure({
    code: 'MB-RESTORE-UPLOAD',
    what: `The backup could not be brought to ${name}.`,
    why,
    fix: ['Correct the cause, then run this again: what arrived is not sent again.'],
    safe: 'Nothing else was changed.',
  });

const mustRun = async (
  host: Host,
  script: string,
  signal: AbortSignal,
  input?: Uint8Array,
): Promise<string> => {
  const { code, stdout, stderr } = await host.run(script, { signal, ...(input ? { input } : {}) });
  if (code !== 0) throw uploadFailure(host.name, stderr.trim() || `exit code ${code}`);
  return stdout.trim();
};

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
};

const pieceOf = async (path: string, start: number): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const bytes of createReadStream(path, { start, end: start + PIECE - 1 }))
    parts.push(bytes as Buffer);
  return Buffer.concat(parts);
};
