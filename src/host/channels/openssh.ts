import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Channel, ExecEnd, Execution } from '../channel.ts';
import { LostChannel, SessionRefused } from '../channel.ts';
import {
  jumpHostClosed,
  loginRefused,
  nameUnknown,
  notSsh,
  refused,
  timedOut,
  unreachable,
} from '../failures.ts';
import type { Target } from '../host.ts';
import { parseKnownHosts } from '../known-hosts.ts';
import { plainEnv } from '../ssh-config.ts';
import type { HostKey } from '../trust.ts';
import { algorithmsFor } from '../trust.ts';
import { execute } from './process.ts';

export interface OpensshOptions {
  readonly target: Target;
  /** For messages. */
  readonly where: string;
  readonly user: string;
  /** ProxyJump of the configuration. */
  readonly jump?: string | undefined;
  /** A configuration instead of the user's own (`ssh -F`). */
  readonly configFile?: string | undefined;
  readonly identity?: readonly string[] | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly log: (line: string) => void;
}

export interface OpensshTrust {
  /** The host as OpenSSH looks it up in known_hosts. */
  readonly knownName: string;
  /** The only keys that are good; undefined leaves it to the user's own files, strictly. */
  readonly good?: readonly HostKey[] | undefined;
  /** Called when OpenSSH refused the host's key: says why, by throwing. */
  readonly refuse: () => Promise<void>;
}

/** A connection is kept this long without a session on it, in seconds, in case we are killed and cannot close it. */
const PERSIST = 600;

/** Until ssh has to be done connecting: names, jump hosts and a security key's touch included, in milliseconds. */
const PATIENCE = 60_000;

/** Overrides of whatever the user's configuration says that would get in our way or ask a question. */
const OVERRIDES = {
  BatchMode: 'yes',
  ConnectTimeout: '20',
  ServerAliveInterval: '15',
  ServerAliveCountMax: '4',
  ClearAllForwardings: 'yes',
  ForwardAgent: 'no',
  ForwardX11: 'no',
  PermitLocalCommand: 'no',
  RemoteCommand: 'none',
  RequestTTY: 'no',
  UpdateHostKeys: 'no',
  CheckHostIP: 'no',
  NoHostAuthenticationForLocalhost: 'no',
  LogLevel: 'INFO',
  EscapeChar: 'none',
} as const;

function commonArgs(options: OpensshOptions, settings: Readonly<Record<string, string>>): string[] {
  const { configFile, identity, target } = options;
  return [
    '-T',
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...Object.entries({ ...OVERRIDES, ...settings }).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
    ...(identity === undefined
      ? []
      : ['-o', 'IdentitiesOnly=yes', ...identity.flatMap((path) => ['-i', path])]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
  ];
}

/**
 * Asks the server for a host key, through whatever jump hosts the configuration names. The key goes into a
 * file of our own with `accept-new`, and `none` is the only authentication that is tried, so nothing is
 * said about who we are. A jump host on the way is judged by OpenSSH and the user's own known_hosts.
 */
export async function probeHostKey(
  options: OpensshOptions,
  algorithms?: readonly string[],
): Promise<HostKey | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-'));
  const file = join(folder, 'k');
  try {
    const said = await ssh(options, [
      ...commonArgs(options, {
        StrictHostKeyChecking: 'accept-new',
        UserKnownHostsFile: file,
        GlobalKnownHostsFile: '/dev/null',
        HashKnownHosts: 'no',
        KnownHostsCommand: 'none',
        PreferredAuthentications: 'none',
        ControlPath: 'none',
        ...(algorithms === undefined ? {} : { HostKeyAlgorithms: algorithms.join(',') }),
      }),
      '--',
      options.target.host,
      'exit',
    ]);
    const [line] = parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file);
    if (line !== undefined) return { type: line.type, key: line.key };
    if (/no matching host key type/i.test(said.stderr)) return undefined;
    throw explain(options, said.stderr);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Connects with one master process (ControlMaster) that all commands go through, so a run is one
 * handshake, one touch of a security key. The control socket is in a folder of our own, 0700.
 */
export async function opensshChannel(options: OpensshOptions, trust: OpensshTrust): Promise<Channel> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-'));
  const socket = join(folder, 's');
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    const hostKeys =
      trust.good === undefined
        ? { StrictHostKeyChecking: 'yes' }
        : {
            StrictHostKeyChecking: 'yes',
            UserKnownHostsFile: join(folder, 'k'),
            GlobalKnownHostsFile: '/dev/null',
            KnownHostsCommand: 'none',
            HostKeyAlgorithms: algorithmsFor(trust.good).join(','),
          };
    if (trust.good !== undefined) {
      const lines = trust.good.map(({ type, key }) => `${trust.knownName} ${type} ${key}\n`);
      await writeFile(join(folder, 'k'), lines.join(''), { mode: 0o600 });
    }
    const args = [
      ...commonArgs(options, {
        ...hostKeys,
        ControlMaster: 'yes',
        ControlPath: socket,
        ControlPersist: String(PERSIST),
      }),
      '-N',
      '-f',
      '--',
      options.target.host,
    ];
    const master = await ssh(options, args);
    if (master.exitCode !== 0) {
      if (!isClosedBefore(master.stderr) && /host key|HOST IDENTIFICATION/i.test(master.stderr))
        await trust.refuse();
      throw explain(options, master.stderr);
    }
    return new OpensshChannel(options, socket, forget);
  } catch (error) {
    await forget();
    throw error;
  }
}

/** ssh without a terminal to ask on: a process of its own session, with no program to ask by either. */
async function ssh(options: OpensshOptions, args: readonly string[]) {
  const result = await execa('ssh', [...args], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    reject: false,
    detached: true,
    extendEnv: false,
    env: { ...plainEnv(options.env), SSH_ASKPASS_REQUIRE: 'never' },
    timeout: PATIENCE,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  options.signal?.throwIfAborted();
  if (result.timedOut) throw timedOut(options.where, `ssh was not done within ${PATIENCE / 1000} s.`);
  return { exitCode: result.exitCode, stderr: result.stderr };
}

/** OpenSSH's own words (LC_ALL=C) → what is wrong. */
function explain(options: OpensshOptions, stderr: string): Error {
  const { where, target, user, identity } = options;
  const why = ownWords(stderr);
  if (/Could not resolve hostname/i.test(stderr)) return nameUnknown(target.host, why);
  if (/Connection refused/i.test(stderr)) return refused(where, why);
  if (/timed out/i.test(stderr)) return timedOut(where, why);
  if (/No route to host|Network is unreachable/i.test(stderr)) return unreachable(where, why);
  if (options.jump !== undefined && isClosedBefore(stderr)) return jumpHostClosed(options.jump, why);
  const [, methods] = /Permission denied \(([^)]*)\)/i.exec(stderr) ?? [];
  if (methods !== undefined || /Too many authentication failures/i.test(stderr)) {
    const keys = identity ?? ['the keys of your SSH configuration and of the agent'];
    return loginRefused(where, user, {
      offered: methods?.split(',') ?? [],
      tried: [
        ...keys,
        'no password and no passphrase: OpenSSH is not let ask for one here (ssh-add the key first)',
      ],
    });
  }
  return notSsh(where, why);
}

/** Refused on the way: what was to lead to the machine ended before the machine said a word. */
const isClosedBefore = (stderr: string): boolean => /Connection closed by UNKNOWN/i.test(stderr);

function ownWords(stderr: string): string {
  return stderr
    .trim()
    .split('\n')
    .filter((line) => !/^(Warning: Permanently added|debug)/.test(line))
    .slice(-6)
    .join('\n');
}

class OpensshChannel implements Channel {
  lost = false;
  private why = 'it was closed';
  private readonly options: OpensshOptions;
  private readonly socket: string;
  private readonly forget: () => Promise<void>;

  constructor(options: OpensshOptions, socket: string, forget: () => Promise<void>) {
    this.options = options;
    this.socket = socket;
    this.forget = forget;
  }

  async exec(command: string, onData: Parameters<Channel['exec']>[1]): Promise<Execution> {
    if (this.lost) throw new LostChannel(this.why);
    // Without its master, ssh would connect by itself and ask again for whatever that takes: `false`
    // as the way there makes it fail instead.
    const args = [
      '-T',
      ...this.muxArgs(),
      ...['-o', 'ControlMaster=no', '-o', 'ProxyCommand=false', '-o', 'BatchMode=yes'],
      ...['-o', 'RemoteCommand=none', '-o', 'RequestTTY=no', '-o', 'LogLevel=ERROR'],
      ...['-o', 'ClearAllForwardings=yes', '-o', 'ForwardAgent=no', '-o', 'ForwardX11=no'],
      ...['--', this.options.target.host, command],
    ];
    let said = '';
    return execute('ssh', args, {
      env: plainEnv(this.options.env),
      onData: (stream, chunk) => {
        if (stream === 'stderr') said = (said + chunk.toString('latin1')).slice(-2000);
        onData(stream, chunk);
      },
      judge: (end) => this.judge(end, said),
    });
  }

  /** ssh ends with 255 when a command does, when a signal killed it, and when the connection is gone. */
  private async judge(end: ExecEnd, said: string): Promise<ExecEnd> {
    if (end.code !== 255 && end.signal === null) return end;
    if (this.lost) throw new LostChannel(this.why);
    if (/session request failed|Session open refused/i.test(said)) throw new SessionRefused('MaxSessions');
    const { exitCode } = await this.ask('check');
    if (exitCode === 0) return end;
    this.lost = true;
    this.why = 'the master ssh process is gone';
    throw new LostChannel(this.why);
  }

  private ask(request: 'check' | 'exit') {
    const { target } = this.options;
    return ssh({ ...this.options, signal: undefined }, [...this.muxArgs(), '-O', request, '--', target.host]);
  }

  private muxArgs(): string[] {
    const { configFile } = this.options;
    return [...(configFile === undefined ? [] : ['-F', configFile]), '-S', this.socket];
  }

  async close(): Promise<void> {
    this.lost = true;
    await this.ask('exit').catch(() => {});
    await this.forget();
  }
}
