import { sh } from './quote.ts';

/**
 * Jobs live in tmpfs: a restart of the machine ends them and forgets them together.
 * ID/script and ID/log; ID/pid holds `PID STARTTIME`, the latter as in /proc/PID/stat (field 22, clock
 * ticks since boot), so that a reused pid is not taken for the job; ID/code appears last.
 */
const JOBS = '/run/matrix-bastion/jobs';

/** Exit codes of {@link followScript}; a job's own code goes to stderr instead. */
export const FOLLOW = { ended: 0, none: 3, lost: 4 } as const;

/** Shell functions on the job in `$d`; `state` prints none, running, lost or the exit code. */
const FUNCTIONS = sh`
started() { stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0; set -- \${stat##*) }; shift 19; echo "$1"; }
state() {
  [ -d "$d" ] || { echo none; return; }
  [ -f "$d/code" ] && { cat "$d/code"; return; }
  [ -f "$d/pid" ] || { echo lost; return; }
  read -r pid since <"$d/pid"
  [ -n "$since" ] && [ "$(started "$pid")" = "$since" ] && { echo running; return; }
  # It may have written its code between the two looks.
  [ -f "$d/code" ] && { cat "$d/code"; return; }
  echo lost
}
`;

/** @throws TypeError for an id that is not a plain file name. */
function jobDir(id: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) throw new TypeError(`not a job id: ${JSON.stringify(id)}`);
  return `${JOBS}/${id}`;
}

/**
 * Starts the job whose script, `length` bytes of it, is on standard input. The lock makes two starters one; mkdir says which
 * came first. The job lets go of the lock, of the streams and of the session, so neither sshd nor a
 * hang-up reaches it.
 */
export function startScript(id: string, length: number): string {
  return [
    FUNCTIONS,
    'umask 077',
    sh`mkdir -p ${JOBS} && chmod 700 ${'/run/matrix-bastion'} ${JOBS} || exit 1`,
    sh`d=${jobDir(id)}`,
    sh`exec 9>${`${JOBS}/.lock`} && flock 9 || exit 1`,
    '[ "$(state)" = running ] && exit 0',
    'rm -rf "$d" && mkdir "$d" && cat >"$d/script" || exit 1',
    sh`[ "$(wc -c <"$d/script")" -eq ${length} ] || { rm -rf "$d"; exit 1; }`,
    ': >"$d/log"',
    'setsid sh -c \'cd / && umask 022; sh "$1/script" </dev/null >"$1/log" 2>&1; c=$?; ' +
      'echo "$c" >"$1/code.new"; mv "$1/code.new" "$1/code"\' sh "$d" </dev/null >/dev/null 2>&1 9>&- &',
    'pid=$!',
    'echo "$pid $(started "$pid")" >"$d/pid.new" && mv "$d/pid.new" "$d/pid"',
  ].join('\n');
}

/** Prints the state in one word, see FUNCTIONS. */
export function stateScript(id: string): string {
  return [FUNCTIONS, sh`d=${jobDir(id)}`, 'state'].join('\n');
}

/**
 * Streams the log from a byte offset until the job has ended; then its code on stderr.
 * `tail --pid` looks once more after the process is gone, so nothing of the log is missed.
 */
export function followScript(id: string, offset: number): string {
  return [
    FUNCTIONS,
    sh`d=${jobDir(id)}`,
    's=$(state)',
    sh`[ "$s" = none ] && exit ${FOLLOW.none}`,
    sh`if [ "$s" = running ] && read -r pid since <"$d/pid"; then tail -s 0.2 --pid="$pid" -c ${`+${offset + 1}`} -f "$d/log"`,
    sh`else tail -c ${`+${offset + 1}`} "$d/log"; fi`,
    's=$(state)',
    sh`[ "$s" = lost ] && exit ${FOLLOW.lost}`,
    'echo "$s" >&2',
  ].join('\n');
}
