import { posix } from 'node:path';
import { Failure } from '../errors.ts';
import type { TreeEntry } from './host.ts';
import { sh } from './quote.ts';

/** Exit code of {@link treeScript} when its last line on stderr says what is wrong: `tree KIND PHASE PATH`. */
const EXPLAINED = 97;

/**
 * The shell half. `check` looks, `file` and `dir` stage, `place…` puts in place.
 *
 * A staging folder stands beside the nearest existing parent of a target: the same file system, so that
 * a rename is one. It belongs to root and is entered with `cd` before anything is done in it: the
 * target's folder may belong to a container's uid, which must not be able to slip a link under our chmod.
 * The lock makes every staging folder that is found a leftover of a run that was interrupted.
 */
const FUNCTIONS = sh`
umask 077
phase=staging stages= last=
nl='
'
fail() { printf 'tree %s %s %s\n' "$1" "$phase" "$2" >&2; exit 97; }
# What went wrong with a write is only in its words, which are those of the C locale.
wrote() {
  printf '%s\n' "$1" >&2
  case $1 in
    *'No space left'*|*'quota exceeded'*) fail space "$2" ;;
    *'Read-only'*) fail readonly "$2" ;;
  esac
  fail other "$2"
}
clean() { cd /; printf '%s' "$stages" | while IFS= read -r one; do rm -rf -- "$one"; done; }
trap clean EXIT
trap 'exit 129' HUP INT TERM PIPE
{ mkdir -p /run/matrix-bastion && exec 8>/run/matrix-bastion/tree.lock && flock 8; } || fail other /run/matrix-bastion

near() {
  near=\${1%/*}
  until [ -z "$near" ] || [ -d "$near" ]; do
    { [ -e "$near" ] || [ -L "$near" ]; } && fail parent "$near"
    near=\${near%/*}
  done
}
# check TYPE PATH PARENT-IS-OURS
check() {
  [ -L "$2" ] && fail link "$2"
  if [ "$1" = file ]; then
    [ -d "$2" ] && fail folder "$2"
    [ -e "$2" ] && [ ! -f "$2" ] && fail special "$2"
  else
    [ -e "$2" ] && [ ! -d "$2" ] && fail file "$2"
  fi
  near "$2"
  [ "$3" = 1 ] || [ "$near" = "\${2%/*}" ] || fail parent "\${2%/*}"
  for left in "$near"/.matrix-bastion-stage.*; do
    if [ -e "$left" ] || [ -L "$left" ]; then rm -rf -- "$left"; fi
  done
}
# enter PATH: into the staging folder for it
enter() {
  near "$1"
  [ "$last" = "$near/" ] && return
  stage=$(mktemp -d "$near/.matrix-bastion-stage.XXXXXXXX" 2>&1) || wrote "$stage" "$1"
  stages=$stages$stage$nl last=$near/
  inside "$stage" "$1"
}
inside() { cd -P "$1" && [ "$(stat -c %u:%a .)" = 0:700 ] || fail moved "$2"; }
owned() { chown "$2:$3" "$1" && chmod "$4" "$1" || fail owner "$5"; }
# file N PATH UID GID MODE LENGTH
file() {
  enter "$2"
  said=$({ head -c "$6" >"$1"; } 2>&1) || wrote "$said" "$2"
  [ "$(stat -c %s "$1")" = "$6" ] || fail short "$2"
  owned "$1" "$3" "$4" "$5" "$2"
  eval "stage_$1=\$stage"
}
# dir N PATH UID GID MODE
dir() {
  [ -d "$2" ] && return
  enter "$2"
  said=$(mkdir "$1" 2>&1) || wrote "$said" "$2"
  owned "$1" "$3" "$4" "$5" "$2"
  eval "stage_$1=\$stage"
}
synced() {
  printf '%s' "$stages" | {
    while IFS= read -r one; do cd "$one" && said=$(sync -- * 2>&1) || { printf '%s\n' "$said"; exit 1; }; done
  }
}
# place N PATH
place() {
  eval "inside \"\$stage_$1\" \"$2\""
  said=$(mv -fT -- "$1" "$2" 2>&1) || wrote "$said" "$2"
}
# place_dir N PATH UID GID MODE
place_dir() {
  eval "stage=\$stage_$1"
  if [ -n "$stage" ]; then place "$1" "$2"; return; fi
  # Changed from within, so that a link that takes its place now is not followed.
  cd -P "$2" && [ "$(stat -c %d:%i .)" = "$(stat -c %d:%i -- "$2")" ] || fail link "$2"
  [ "$(stat -c '%u %g 0%a' .)" = "$3 $4 \${5#0}" ] || owned . "$3" "$4" "$5" "$2"
}
`;

/**
 * A script and its input that put `entries` in place: everything is checked and staged (content,
 * owner, mode, fsync) before anything is renamed, in order, and the folders synced. The input is the files'
 * bytes one after the other, each taken by `head -c` and counted: a stream that was cut off replaces
 * nothing.
 * @throws TypeError for a path that is not absolute and normalised, or that comes twice.
 */
export function treeScript(entries: readonly TreeEntry[]): { script: string; input: Buffer } {
  checkPaths(entries);
  const bytes = entries.map((entry) => Buffer.from(entry.content ?? ''));
  const folders = new Set<string>();
  const checks: string[] = [];
  const stages: string[] = [];
  const places: string[] = [];
  entries.forEach(({ type, path, uid, gid, mode }, index) => {
    const ours = folders.has(posix.dirname(path)) ? 1 : 0;
    // Five digits, because chmod keeps a folder's set-group-id bit when it gets four.
    const rights = sh`${uid} ${gid} ${mode.toString(8).padStart(5, '0')}`;
    checks.push(sh`check ${type} ${path} ${ours}`);
    if (type === 'directory') {
      folders.add(path);
      stages.push(`${sh`dir ${index} ${path}`} ${rights}`);
      places.push(`${sh`place_dir ${index} ${path}`} ${rights}`);
    } else {
      stages.push(`${sh`file ${index} ${path}`} ${rights} ${bytes[index]?.length ?? 0}`);
      places.push(sh`place ${index} ${path}`);
    }
  });
  const parents = [...new Set(entries.map(({ path }) => posix.dirname(path)))];
  const script = [
    FUNCTIONS,
    ...checks,
    ...stages,
    `said=$(synced) || wrote "$said" "the staged files"`,
    'phase=placing',
    ...places,
    sh`said=$(sync -- ${parents} 2>&1) || wrote "$said" ${parents[0] ?? '/'}`,
  ].join('\n');
  return { script, input: Buffer.concat(bytes) };
}

function checkPaths(entries: readonly TreeEntry[]): void {
  const seen = new Set<string>();
  for (const { path } of entries) {
    const plain = path.startsWith('/') && !path.endsWith('/') && posix.normalize(path) === path;
    if (!plain || /[\0\n]/.test(path)) {
      throw new TypeError(`not an absolute, normalised path: ${JSON.stringify(path)}`);
    }
    if (seen.has(path)) throw new TypeError(`a path comes twice: ${path}`);
    seen.add(path);
  }
}

const WHY: Readonly<Record<string, string>> = {
  link: 'A symbolic link is in its place. It was not followed.',
  folder: 'A folder is in the place of the file.',
  file: 'A file is in the place of the folder.',
  special: 'Something that is neither a file nor a folder is in its place.',
  parent: 'It should be a folder and is not.',
  moved: 'Its folder was changed by somebody else at this moment.',
  owner: 'Its owner or mode could not be set.',
  short: 'The connection ended before all of it had arrived.',
  readonly: 'The file system is read-only.',
};

/** What a {@link treeScript} that ended with `code` and these last words means. */
export function treeFailure(name: string, code: number, stderr: string): Failure {
  const lines = stderr.trimEnd().split('\n');
  const [, kind = '', phase = '', path = ''] = /^tree (\S+) (\S+) (.*)$/.exec(lines.at(-1) ?? '') ?? [];
  const said = lines.slice(0, -1).join('\n').trim();
  const safe = phase === 'staging' ? { safe: 'No file was replaced.' } : {};
  if (code !== EXPLAINED || kind === '') {
    return new Failure({
      code: 'MB-HOST-TREE',
      what: `Files could not be written on ${name}.`,
      why: stderr.trim() === '' ? `The script ended with ${code}.` : stderr.trim(),
    });
  }
  if (kind === 'space') {
    return new Failure({
      code: 'MB-HOST-DISK',
      what: `No space is left on ${name} for ${path}.`,
      ...(said === '' ? {} : { why: said }),
      fix: ['On the machine: df -h; df -i', 'Make room, then run the same command again.'],
      ...safe,
    });
  }
  return new Failure({
    code: 'MB-HOST-TREE',
    what: `${path} could not be put in place on ${name}.`,
    why: WHY[kind] ?? (said === '' ? 'The reason was not given.' : said),
    fix: [`On the machine: ls -ld ${path}`, 'Move it out of the way, then run the same command again.'],
    ...safe,
  });
}
