/**
 * How a script travels. The command line is one of three constants, so nothing about a script is in
 * argv, in the environment or in a log of the other end; standard input carries, in this order,
 * the sudo password if there is one, a header line `LENGTH NONCE`, LENGTH bytes of script, and the
 * script's own input. What the script prints stands between two marks on each stream:
 *
 *     noise <mb:NONCE>(PID) output of the script <mb:NONCE>[EXIT CODE] anything
 *
 * The first mark keeps a chatty .bashrc, a banner and sudo's lecture out of the output. The second
 * tells the end of the script from the loss of the connection, and does not wait for background
 * processes that hold the streams open.
 *
 * The constants must mean the same to bash, dash, fish and csh: no `!`, backslash, newline or inner
 * single quote. `head -c` and `read` take exactly their bytes from a pipe. The length check refuses a
 * script that was cut off on its way: half a script is not a script.
 */
/** Variables of a login shell or of /etc/environment that would lead docker and Compose to another engine, project or image. */
const REDIRECTIONS =
  'DOCKER_HOST DOCKER_CONTEXT COMPOSE_FILE COMPOSE_PROJECT_NAME COMPOSE_PROFILES COMPOSE_ENV_FILES ' +
  'COMPOSE_PATH_SEPARATOR POSTGRES_IMAGE REDIS_IMAGE SYNAPSE_IMAGE CADDY_IMAGE';
const SETUP =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C; export PATH LC_ALL; ' +
  `unset BASH_ENV ENV CDPATH ${REDIRECTIONS}; umask 022; cd /; `;
/** The outer shell outlives the script, however that ends, and says how; its own "Killed" is nobody's output. */
const OUTER =
  'IFS=" " read -r n m || exit 125; exec 3>&2 2>/dev/null; (exec sh -c "$1" sh "$n" "$m" 2>&3 3>&-); c=$?; ' +
  'printf %s "$m[$c]"; printf %s "$m[$c]" >&3';
/** The shell that becomes the script: `$$` and `exit` are the script's own. */
const INNER =
  's=$(head -c "$1" && printf x); ' +
  `[ "$(($1 + 1))" -eq "\${#s}" ] || exit 125; ` +
  'printf %s "$2($$)"; printf %s "$2($$)" >&2; ' +
  `set --; eval "unset s; \${s%x}"`;

/** Printed by the elevated shell when it reads its input: from then on no byte can end up in sudo. */
export const READY = '<matrix-bastion:ready>';

/** sudo is looked up on this PATH and speaks English, whatever the login shell says. */
const SUDO = 'exec env LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sudo';

export const FRAME = {
  direct: `exec sh -c '${SETUP}${OUTER}' sh '${INNER}'`,
  sudo: `${SUDO} -n -H -- sh -c '${SETUP}${OUTER}' sh '${INNER}'`,
  sudoPassword: `${SUDO} -S -k -H -p "" -- sh -c '${SETUP}printf %s "${READY}"; ${OUTER}' sh '${INNER}'`,
} as const;

/** Tries a sudo password and nothing else; its standard input is the password line and then the end. */
export const SUDO_CHECK = `${SUDO} -S -k -H -p "" -- sh -c :`;

/** The header and the script as they stand on standard input. */
export function framed(script: string, mark: string): Buffer {
  const bytes = Buffer.from(script, 'utf8');
  if (bytes.includes(0)) throw new TypeError('a script cannot contain NUL');
  return Buffer.concat([Buffer.from(`${bytes.length} ${mark}\n`), bytes]);
}

type Phase = 'before' | 'script' | 'done';

/** As much of the noise before a script as is kept for an error message, in bytes. */
const NOISE_LIMIT = 16_384;

/** Takes one stream of an execution apart: noise, the script's bytes, the exit code. */
export class MarkedStream {
  /** What was printed before the script began. */
  noise: Buffer = Buffer.alloc(0);
  /** Process id of the shell that runs the script, once it has begun. */
  pid: number | undefined;
  /** Exit code of the script, once it has ended. */
  code: number | undefined;
  private phase: Phase = 'before';
  private held: Buffer = Buffer.alloc(0);
  private readonly mark: Buffer;
  private readonly onBytes: (bytes: Buffer) => void;

  constructor(mark: string, onBytes: (bytes: Buffer) => void) {
    this.mark = Buffer.from(mark);
    this.onBytes = onBytes;
  }

  get begun(): boolean {
    return this.phase !== 'before';
  }

  get done(): boolean {
    return this.phase === 'done';
  }

  push(chunk: Buffer): void {
    if (this.phase === 'done') return;
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    if (this.phase === 'before') this.begin();
    if (this.phase === 'script') this.body();
  }

  /** Hands over what was held back in case it was the start of a mark: nothing more will come. */
  flush(): void {
    if (this.phase === 'script') this.emit(this.held.length);
    if (this.phase === 'before') this.addNoise(this.held.length);
  }

  private begin(): void {
    const found = this.findMark('(', ')');
    if (found === undefined) {
      this.addNoise(this.held.length - heldBack(this.held, this.mark));
      return;
    }
    this.addNoise(found.start);
    this.pid = found.value;
    this.held = this.held.subarray(found.end - found.start);
    this.phase = 'script';
  }

  private body(): void {
    const found = this.findMark('[', ']');
    if (found === undefined) {
      this.emit(this.held.length - heldBack(this.held, this.mark));
      return;
    }
    this.emit(found.start);
    this.code = found.value;
    this.held = Buffer.alloc(0);
    this.phase = 'done';
  }

  private findMark(open: string, close: string): { start: number; end: number; value: number } | undefined {
    const start = this.held.indexOf(Buffer.concat([this.mark, Buffer.from(open)]));
    if (start < 0) return undefined;
    const from = start + this.mark.length + 1;
    const end = this.held.indexOf(close, from);
    if (end < 0) return undefined;
    return { start, end: end + 1, value: Number(this.held.subarray(from, end).toString('latin1')) };
  }

  private emit(count: number): void {
    if (count > 0) this.onBytes(this.held.subarray(0, count));
    this.held = this.held.subarray(count);
  }

  private addNoise(count: number): void {
    this.noise = Buffer.concat([this.noise, this.held.subarray(0, count)]).subarray(-NOISE_LIMIT);
    this.held = this.held.subarray(count);
  }
}

/**
 * How many bytes at the end may be the start of a mark: the whole mark with an unfinished number after
 * it, or a prefix of it.
 */
function heldBack(bytes: Buffer, mark: Buffer): number {
  const whole = bytes.lastIndexOf(mark);
  if (whole >= 0 && bytes.length - whole < mark.length + 16) return bytes.length - whole;
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length;
  }
  return 0;
}
