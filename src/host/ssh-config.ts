import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { brokenConfig } from './failures.ts';
import type { Target } from './host.ts';

/** What ssh_config(5) says about one host, as far as it matters to us. */
export interface SshConfig {
  readonly hostname: string;
  readonly port: number;
  readonly user: string;
  /** The name to look up in known_hosts instead of hostname (HostKeyAlias). */
  readonly hostKeyAlias?: string;
  /** Absolute paths, in order; files that do not exist included. */
  readonly identityFiles: readonly string[];
  readonly certificateFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** Socket of the agent; undefined when there is none or none may be used. */
  readonly agent?: string;
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly proxyJump?: string;
  readonly proxyCommand?: string;
  readonly knownHostsCommand?: string;
  readonly gssapi: boolean;
  readonly family?: 4 | 6;
  readonly bindAddress?: string;
  /** Whether there is an ssh program at all. */
  readonly openssh: boolean;
}

/** Where `~`, the agent and the default login come from. */
export interface Surroundings {
  readonly home: string;
  readonly login: string;
  /** SSH_AUTH_SOCK. */
  readonly agent?: string;
}

export function surroundings(env: NodeJS.ProcessEnv): Surroundings {
  const agent = env.SSH_AUTH_SOCK;
  return {
    home: env.HOME ?? homedir(),
    login: userInfo().username,
    ...(agent === undefined || agent === '' ? {} : { agent }),
  };
}

/**
 * Asks `ssh -G` what the user's configuration says about the target; without an ssh program the
 * defaults of OpenSSH stand in for it.
 * @throws Failure MB-SSH-CONFIG when ssh cannot read it.
 * @param file a configuration instead of the user's own and the system's (`ssh -F`).
 */
export async function resolveConfig(
  target: Target,
  env: NodeJS.ProcessEnv,
  file?: string,
): Promise<SshConfig> {
  const args = [
    '-G',
    ...(file === undefined ? [] : ['-F', file]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    '--',
    target.host,
  ];
  const around = surroundings(env);
  const { failed, exitCode, stdout, stderr } = await execa('ssh', args, {
    stdin: 'ignore',
    reject: false,
    extendEnv: false,
    env: plainEnv(env),
    timeout: 10_000,
  });
  if (failed && exitCode === undefined) return { ...defaults(target, around), openssh: false };
  if (failed) throw brokenConfig(target.host, stderr.trim());
  return parseConfig(stdout, target, around);
}

/** What the ssh program gets to see of our environment: no more than it needs to find itself and the agent. */
export function plainEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'HOME',
    'PATH',
    'USER',
    'LOGNAME',
    'SSH_AUTH_SOCK',
    'XDG_RUNTIME_DIR',
    'KRB5CCNAME',
    'TMPDIR',
  ];
  const kept = names.flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/** The output of `ssh -G`: one `key value` a line, keys in lower case, lists as repeated keys. Pure. */
export function parseConfig(text: string, target: Target, around: Surroundings): SshConfig {
  const all = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) all.set(key, [...(all.get(key) ?? []), value]);
  }
  const one = (key: string): string | undefined => {
    const value = all.get(key)?.[0]?.trim();
    return value === undefined || value === '' || value === 'none' ? undefined : value;
  };
  const yes = (key: string) => ['yes', 'true'].includes(one(key) ?? '');
  const base = defaults(target, around);
  const hostname = one('hostname') ?? base.hostname;
  const user = one('user') ?? base.user;
  const path = (value: string) => expand(value, { ...around, hostname, user });
  const list = (key: string) => (all.get(key) ?? []).flatMap(splitWords).filter((word) => word !== 'none');
  const agent = one('identityagent');
  const optional = {
    hostKeyAlias: one('hostkeyalias'),
    proxyJump: one('proxyjump'),
    proxyCommand: one('proxycommand'),
    knownHostsCommand: one('knownhostscommand'),
    bindAddress: one('bindaddress'),
    agent: all.get('identityagent')?.[0] === 'none' ? undefined : agentSocket(agent, around, path),
    family: ({ inet: 4, inet6: 6 } as const)[one('addressfamily') ?? ''],
  };
  return {
    hostname,
    port: Number(one('port') ?? base.port),
    user,
    identityFiles: list('identityfile').map(path),
    certificateFiles: list('certificatefile').map(path),
    identitiesOnly: yes('identitiesonly'),
    userKnownHosts: list('userknownhostsfile').map(path),
    globalKnownHosts: list('globalknownhostsfile').map(path),
    hashKnownHosts: yes('hashknownhosts'),
    gssapi: yes('gssapiauthentication'),
    openssh: true,
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as {
      [K in keyof typeof optional]?: NonNullable<(typeof optional)[K]>;
    }),
  };
}

/** OpenSSH's own defaults, for a computer without it. */
function defaults(target: Target, around: Surroundings): SshConfig {
  const ssh = (name: string) => join(around.home, '.ssh', name);
  return {
    hostname: target.host,
    port: target.port ?? 22,
    user: target.user ?? around.login,
    identityFiles: ['id_rsa', 'id_ecdsa', 'id_ed25519'].map(ssh),
    certificateFiles: [],
    identitiesOnly: false,
    ...(around.agent === undefined ? {} : { agent: around.agent }),
    userKnownHosts: [ssh('known_hosts'), ssh('known_hosts2')],
    globalKnownHosts: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    hashKnownHosts: false,
    gssapi: false,
    openssh: false,
  };
}

function agentSocket(
  configured: string | undefined,
  around: Surroundings,
  path: (value: string) => string,
): string | undefined {
  if (configured === undefined || configured === 'SSH_AUTH_SOCK') return around.agent;
  // `$NAME` names a variable of the environment; ssh -G does not look it up, and neither do we.
  return configured.startsWith('$') ? undefined : path(configured);
}

/** Words of a line in which a word with spaces may stand in double quotes. */
function splitWords(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** `~` and the tokens that a file name may hold; any other token is left as it is. */
function expand(path: string, values: Surroundings & { hostname: string; user: string }): string {
  const tokens: Readonly<Record<string, string>> = {
    '%%': '%',
    '%d': values.home,
    '%h': values.hostname,
    '%r': values.user,
    '%u': values.login,
  };
  const home = path === '~' || path.startsWith('~/') ? join(values.home, path.slice(1)) : path;
  return home.replace(/%./g, (token) => tokens[token] ?? token);
}
