import { UID } from './layout.ts';
import { SECRET_FILES, type SecretFile } from './secrets.ts';

/**
 * The functions of the script. A secret is only ever in a shell variable, in a pipe, or in a file of mode 0600:
 * printf is built into every POSIX shell, so no secret is in an argument list of a process.
 */
const FUNCTIONS = `set -eu
umask 077
tmp=
trap '[ -z "$tmp" ] || rm -f "$tmp"' EXIT

is_hex64() {
  case $1 in *[!0-9a-f]*) return 1 ;; esac
  [ "\${#1}" -eq 64 ]
}

# write PATH OWNER VALUE: a synced file beside it, its name in tmp. noclobber refuses what lies in wait there.
write() {
  tmp=$1.new.$$
  rm -f "$tmp"
  (set -C; printf '%s\\n' "$3" >"$tmp")
  chown "$2" "$tmp"
  chmod 600 "$tmp"
  sync "$tmp" 2>/dev/null || sync
}

# born PATH OWNER [DERIVED BEFORE]...: made once. A lost one is taken back from a file that was derived from it.
born() {
  path=$1 owner=$2
  shift 2
  [ ! -s "$path" ] || return 0
  value=
  while [ $# -gt 0 ]; do
    if [ -s "$1" ]; then
      IFS= read -r line <"$1" || :
      line=\${line#"$2"}
      ! is_hex64 "$line" || value=$line
    fi
    shift 2
  done
  [ -n "$value" ] || value=$(head -c 32 /dev/urandom | od -A n -v -t x1 | tr -d ' \\n')
  is_hex64 "$value" || { echo "no randomness for $path" >&2; exit 1; }
  write "$path" "$owner" "$value"
  # An empty file is what a full disk leaves; a link, unlike a rename, never replaces what is there.
  [ -s "$path" ] || rm -f "$path"
  ln "$tmp" "$path"
  rm -f "$tmp"
  tmp=
  echo "created $path"
}

# derived PATH OWNER SOURCE BEFORE: always what its source says.
derived() {
  IFS= read -r value <"$3"
  is_hex64 "$value" || { echo "$3 is not one of ours: it should hold 64 hex digits" >&2; exit 1; }
  value=$4$value
  if [ -s "$1" ]; then
    IFS= read -r line <"$1" || :
    [ "$line" != "$value" ] || return 0
  fi
  write "$1" "$2" "$value"
  mv -f "$tmp" "$1"
  tmp=
  echo "derived $1"
}
`;

/** Paths and prefixes are constants of this program; anything that a shell could read otherwise is refused. */
function word(text: string): string {
  if (!/^[A-Za-z0-9/._:* -]*$/.test(text)) throw new Error(`not a plain word: ${JSON.stringify(text)}`);
  return `'${text}'`;
}

const owner = (file: SecretFile): string => `${UID[file.owner].uid}:${UID[file.owner].gid}`;

/**
 * A POSIX sh script, to be run as root, that creates what is missing and leaves the rest alone; its folders have
 * to be there. Prints `created PATH` or `derived PATH` for what it did, never a secret. Exits non-zero
 * with a sentence when there is no randomness or a source was replaced by something else.
 */
export function secretsScript(files: readonly SecretFile[] = SECRET_FILES): string {
  const lines = files.map((file) => {
    if (file.from) {
      return ['derived', file.path, owner(file), file.from.path, file.from.before];
    }
    const copies = files.flatMap((other) =>
      other.from?.path === file.path ? [other.path, other.from.before] : [],
    );
    return ['born', file.path, owner(file), ...copies];
  });
  return `${FUNCTIONS}\n${lines.map(([name, ...rest]) => [name, ...rest.map(word)].join(' ')).join('\n')}\n`;
}
