import { bracketed } from './ip.ts';
import { KEYS_PATH, VERSION_PATH } from './paths.ts';
import { parseServerName } from './server-name.ts';

/** What the host is to ask for: our own server, delegated to a name and a port. */
export interface HostPlan {
  readonly serverName: string;
  /** Name that `m.server` leads to. */
  readonly host: string;
  readonly port: number;
}

export interface HostProbeOptions extends HostPlan {
  /** In front of every curl, already quoted for sh: `docker exec -i matrix-bastion-synapse-1`. Empty: where the script runs. */
  readonly prefix: string;
  /** Random letters and digits, new for each run: no answer can then pretend to be the script's own output. */
  readonly nonce: string;
  /** Path, where curl runs, of a PEM file with the roots to trust instead of the system's. */
  readonly caFile?: string;
  /** Seconds for each of the three requests, one after the other; 10 by default. */
  readonly seconds?: number;
}

/** Bytes; the documents that are asked for have a few hundred. */
const LIMIT = 1024 * 1024;

/** Names of the requests, in the order of the script. */
export const REQUESTS = ['well-known', 'version', 'keys'] as const;
export type RequestName = (typeof REQUESTS)[number];

/** The URLs that the script asks for; a name with a port or an address has no well-known. */
export function hostUrls(plan: HostPlan): Readonly<Partial<Record<RequestName, string>>> {
  const name = parseServerName(plan.serverName);
  const bare = !('invalid' in name) && !name.literal && name.port === undefined;
  const base = `https://${bracketed(plan.host)}:${plan.port}`;
  return {
    ...(bare ? { 'well-known': `https://${plan.serverName}/.well-known/matrix/server` } : {}),
    version: `${base}${VERSION_PATH}`,
    keys: `${base}${KEYS_PATH}`,
  };
}

/**
 * A POSIX sh script that asks, from the server's own place, for well-known, version and keys, with curl 7.70 or
 * later (Debian 11 has 7.74). Changes nothing and exits 0 whatever the answers are.
 * Read its standard output with `readHostProbe` and the same options.
 */
export function hostProbeScript(options: HostProbeOptions): string {
  const urls = hostUrls(options);
  const host = quote(`Host: ${bracketed(options.host)}:${options.port}`);
  const calls = REQUESTS.flatMap((name) => {
    const url = urls[name];
    if (url === undefined) return [];
    const how = name === 'well-known' ? '-L --max-redirs 10' : `-H ${host}`;
    return [`ask ${name} ${how} ${quote(url)}`];
  });
  const curl = [
    options.prefix,
    "curl -q -sS -i --http1.1 --proto '=https' --proto-redir '=https' --noproxy '*'",
    `--connect-timeout 5 --max-time ${options.seconds ?? 10} --max-filesize ${LIMIT}`,
    options.caFile === undefined ? '' : `--cacert ${quote(options.caFile)}`,
    `-w ${quote(`\\n${options.nonce} end %{json}\\n`)}`,
  ];
  return `ask() {
  name=$1
  shift
  printf '%s\\n' "${options.nonce} begin $name"
  # Standard input is this script: curl must not swallow the rest of it.
  ${curl.filter((part) => part !== '').join(' ')} "$@" </dev/null 2>/dev/null
  printf '\\n%s\\n' "${options.nonce} exit $?"
}
${calls.join('\n')}
exit 0
`;
}

/** One word for sh. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
