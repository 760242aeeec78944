import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

export const NEEDS_ROOT =
  'The contract suite starts real sshd processes with logins of its own, so it needs root on a Debian or Ubuntu (it cleans up after itself).';

/** The password of every test login; looks like what breaks a careless shell. */
export const PASSWORD = `pa ss'"$(id)\`\\é#`;

/** A login of the suite: its name, its shell, and what sudoers says about it. */
export interface LoginSpec {
  readonly shell?: string;
  /** The line of sudoers after the login name, one each; none: not a sudoer. */
  readonly sudo?: readonly string[];
  /** Whether its shell greets before it does anything. */
  readonly noise?: boolean;
  /** Another name of root's, with a shell of its own, so that root's .bashrc does not matter. */
  readonly root?: boolean;
}

const FREE = ['ALL=(ALL:ALL) NOPASSWD: ALL'];
const ASKS = ['ALL=(ALL:ALL) ALL'];
const LOGINS = {
  root: { root: true, shell: '/bin/dash' },
  free: { sudo: FREE },
  asks: { sudo: ASKS, noise: true },
  // One for each transport, because their tests run at the same time.
  changesa: { sudo: ASKS },
  changesb: { sudo: ASKS },
  pty: { sudo: ASKS },
  tty: { sudo: ASKS },
  none: {},
  some: { sudo: ['ALL=(ALL:ALL) NOPASSWD: /usr/bin/apt-get'] },
  fish: { shell: '/usr/bin/fish', sudo: FREE },
  tcsh: { shell: '/usr/bin/tcsh', sudo: FREE },
  dash: { shell: '/bin/dash', sudo: FREE },
  nologin: { shell: '/usr/sbin/nologin' },
} as const satisfies Record<string, LoginSpec>;
export type LoginKind = keyof typeof LOGINS;

/** Lines of sudoers.d beyond what a login may do; `%` stands for the login. */
const DEFAULTS = [
  'Defaults:%asks lecture=always',
  'Defaults:%pty use_pty, lecture=always, log_output',
  'Defaults:%tty requiretty',
];

export interface SshdOptions {
  /** Key types to serve, in the server's order; default ed25519 only. */
  readonly hostKeys?: readonly ('ed25519' | 'rsa' | 'ecdsa')[];
  readonly listen?: string;
  /** More lines of sshd_config. */
  readonly config?: readonly string[];
}

export interface Sshd {
  readonly port: number;
  readonly pid: number;
  /** `SHA256:…` of a host key. */
  fingerprint(type?: string): Promise<string>;
  /** The public half of a host key: `TYPE BASE64`. */
  publicKey(type?: string): Promise<string>;
  /** Replaces the host keys by new ones and starts again on the same port. */
  rekey(): Promise<void>;
  restart(): Promise<void>;
  /** Kills the processes of all its sessions, as a network that went away would. */
  cut(): Promise<void>;
  stop(): Promise<void>;
}

/** Logins, keys and sshd processes of one test run, all below one folder and one login prefix. */
export class Lab {
  readonly folder: string;
  private readonly prefix: string;
  private readonly servers: Sshd[] = [];
  private count = 0;
  private readonly undo: (() => Promise<unknown>)[] = [];

  private constructor(folder: string, prefix: string) {
    this.folder = folder;
    this.prefix = prefix;
  }

  /** Installs what is missing and makes the logins; about 2 s when nothing is missing. */
  static async open(): Promise<Lab> {
    await installMissing();
    await removeLeftovers();
    const folder = await mkdtemp(join(tmpdir(), 'mb-contract-'));
    // sshd and the logins pass through it on the way to their files.
    await chmod(folder, 0o755);
    const lab = new Lab(folder, `mbt${process.pid}`);
    try {
      await mkdir('/run/sshd', { recursive: true });
      for (const type of ['ed25519', 'rsa', 'ecdsa']) await lab.key(`user-${type}`, { type });
      await lab.makeLogins();
    } catch (error) {
      await lab.close();
      throw error;
    }
    return lab;
  }

  login(kind: LoginKind): string {
    return `${this.prefix}${kind}`;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes a key pair; returns the path of the private half. */
  async key(name: string, options: { type?: string; passphrase?: string } = {}): Promise<string> {
    const { type = 'ed25519', passphrase = '' } = options;
    const path = this.path(name);
    const bits = type === 'rsa' ? ['-b', '2048'] : [];
    await execa('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', name, '-f', path]);
    return path;
  }

  /** Lets in the keys of these private halves, and no others, at every login of the lab and at root. */
  async authorize(...paths: string[]): Promise<void> {
    const lines = await Promise.all(paths.map((path) => readFile(`${path}.pub`, 'utf8')));
    await writeFile(this.path('authorized_keys'), lines.join(''), { mode: 0o644 });
  }

  async sshd(options: SshdOptions = {}): Promise<Sshd> {
    const server = await startSshd(this.folder, this.count++, options);
    this.servers.push(server);
    return server;
  }

  /** Starts an agent with these keys; returns its socket. */
  async agent(...paths: string[]): Promise<string> {
    const socket = this.path(`agent-${this.count++}`);
    const agent = execa('ssh-agent', ['-D', '-a', socket], { reject: false, stdio: 'ignore' });
    this.undo.push(async () => {
      agent.kill();
      await agent;
    });
    await until(() => existsSync(socket));
    if (paths.length > 0) await execa('ssh-add', ['-q', ...paths], { env: { SSH_AUTH_SOCK: socket } });
    return socket;
  }

  async close(): Promise<void> {
    for (const server of this.servers) await server.stop();
    for (const step of this.undo.reverse()) await step();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async makeLogins(): Promise<void> {
    const sudoers = `/etc/sudoers.d/${this.prefix}`;
    this.undo.push(() => rm(sudoers, { force: true }));
    const lines: string[] = DEFAULTS.map((line) => line.replace('%', this.prefix));
    for (const [kind, spec] of Object.entries(LOGINS) as [LoginKind, LoginSpec][]) {
      const name = this.login(kind);
      const uid = spec.root ? ['-o', '-u', '0'] : [];
      await execa('useradd', ['-m', ...uid, '-s', spec.shell ?? '/bin/bash', name]);
      this.undo.push(() => execa('userdel', ['-f', '-r', name], { reject: false }));
      if (spec.noise) await writeFile(`/home/${name}/.bashrc`, 'echo Welcome; echo to this machine >&2\n');
      for (const rule of spec.sudo ?? []) lines.push(`${name} ${rule}`);
    }
    const passwords = Object.keys(LOGINS).map((kind) => `${this.login(kind as LoginKind)}:${PASSWORD}\n`);
    await execa('chpasswd', { input: passwords.join('') });
    await writeFile(sudoers, `${lines.join('\n')}\n`, { mode: 0o440 });
  }
}

async function startSshd(folder: string, index: number, options: SshdOptions): Promise<Sshd> {
  const { hostKeys = ['ed25519'], listen = '127.0.0.1', config = [] } = options;
  const port = await freePort(listen);
  const keyPath = (type: string) => join(folder, `host-${index}-${type}`);
  const file = join(folder, `sshd-${index}.conf`);
  await writeFile(
    file,
    [
      // The first word on a matter wins, so what a test wants comes first.
      ...config,
      `ListenAddress ${listen}`,
      `Port ${port}`,
      ...hostKeys.map((type) => `HostKey ${keyPath(type)}`),
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      `PidFile ${join(folder, `sshd-${index}.pid`)}`,
      'UsePAM yes',
      'PermitRootLogin yes',
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'MaxStartups 100',
      'UseDNS no',
    ].join('\n'),
  );
  const makeKeys = async () => {
    for (const type of hostKeys) {
      await rm(keyPath(type), { force: true });
      const bits = type === 'rsa' ? ['-b', '2048'] : [];
      await execa('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-f', keyPath(type)]);
    }
  };
  const run = async () => {
    await rm(join(folder, `sshd-${index}.log`), { force: true });
    const server = execa('/usr/sbin/sshd', ['-D', '-e', '-f', file], {
      reject: false,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: { file: join(folder, `sshd-${index}.log`) },
    });
    await until(async () =>
      (await readFile(join(folder, `sshd-${index}.log`), 'utf8').catch(() => '')).includes('listening'),
    );
    // A process of execa is a promise of its own end, which an async function would wait for.
    return { process: server };
  };
  const sessions = async () => {
    for (const pid of await sessionsOf(server.process.pid as number)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
  };
  await makeKeys();
  let server = await run();
  const stop = async () => {
    await sessions();
    server.process.kill();
    await server.process;
  };
  const publicKey = async (type: string = hostKeys[0] ?? 'ed25519') =>
    (await readFile(`${keyPath(type)}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
  return {
    port,
    get pid() {
      return server.process.pid as number;
    },
    publicKey,
    fingerprint: async (type = hostKeys[0] ?? 'ed25519') =>
      (await execa('ssh-keygen', ['-lf', `${keyPath(type)}.pub`])).stdout.split(' ')[1] as string,
    rekey: async () => {
      await stop();
      await makeKeys();
      server = await run();
    },
    restart: async () => {
      await stop();
      server = await run();
    },
    cut: sessions,
    stop,
  };
}

/** The sshd processes below a listener: one or two for each connection, and none of what runs in it. */
async function sessionsOf(listener: number): Promise<number[]> {
  const { stdout } = await execa('ps', ['-eo', 'pid=,ppid=,comm=']);
  const all = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const below = (parent: number): number[] =>
    all
      .filter(([, ppid, name]) => Number(ppid) === parent && name?.startsWith('sshd'))
      .flatMap(([pid]) => [Number(pid), ...below(Number(pid))]);
  return below(listener);
}

/** A port that nobody listens on at this moment. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Waits for a condition, 10 s at most. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 25) {
    if (await condition()) return;
    await sleep(25);
  }
  throw new Error('the condition did not come true within 10 s');
}

/** Logins of a run that was killed and could not clean up: the prefix has its process id. */
async function removeLeftovers(): Promise<void> {
  const { stdout } = await execa('getent', ['passwd']);
  for (const line of stdout.split('\n')) {
    const [, name, prefix, pid] = /^((mbt(\d+))[a-z]+):/.exec(line) ?? [];
    if (name === undefined || existsSync(`/proc/${pid}`)) continue;
    await execa('userdel', ['-f', '-r', name], { reject: false });
    await rm(`/etc/sudoers.d/${prefix}`, { force: true });
  }
}

/** apt-get for what is not there; no package may start a daemon of its own. */
async function installMissing(): Promise<void> {
  const needed: Readonly<Record<string, string>> = {
    '/usr/sbin/sshd': 'openssh-server',
    '/usr/bin/ssh': 'openssh-client',
    '/usr/bin/sudo': 'sudo',
    '/usr/bin/fish': 'fish',
    '/usr/bin/tcsh': 'tcsh',
    '/usr/bin/ps': 'procps',
  };
  const missing = Object.entries(needed).flatMap(([path, name]) => (existsSync(path) ? [] : [name]));
  if (missing.length === 0) return;
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await execa('apt-get', ['update', '-qq'], { env });
    await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
  } finally {
    if (ours) await rm(policy, { force: true });
  }
}
