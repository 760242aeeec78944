import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allot, claim } from './addresses.ts';
import { machineImage, type System, systems } from './build/machine.ts';
import { attachDisk, makeDisk, removeDisk } from './disk.ts';
import { docker, tryDocker } from './engine.ts';
import { WorldError } from './errors.ts';
import { withLock } from './lock.ts';
import {
  allMachines,
  containerOf,
  forgetMachine,
  type Login,
  loadMachine,
  logins,
  type MachineRecord,
  saveMachine,
} from './machine-store.ts';
import { dns } from './names.ts';
import { operator } from './operator.ts';
import { network, paths } from './paths.ts';
import { type RunOptions, type RunResult, sh } from './shell.ts';
import { copySnapshot, loadSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';
import { requireWorld } from './state.ts';
import { machineTrust } from './trust.ts';
import { greeting, until } from './wait.ts';

export interface VpsOptions {
  name: string;
  os?: System;
  /** root: key and password; sudo: `admin`, no password asked; sudo-password: `admin`, sudo asks. */
  user?: Login;
  /** Such as 3G: /var/lib/docker and /opt share one small disk. */
  disk?: string;
  /** Such as 2G: a limit that the kernel enforces, and that /proc/meminfo shows. */
  memory?: string;
  /** Such as 8: what the machine shows as its processors, however many there are below. */
  cpus?: number;
  /** A snapshot's name: the machine goes on where that was taken, with its keys and passwords. */
  from?: string;
  /** A fixed address; otherwise one that no machine has had yet. */
  ip?: string;
  /** Names that point to the machine, with A and AAAA. */
  domains?: readonly string[];
}

export interface VpsExec extends RunOptions {
  /** Hand back a failure instead of throwing it. */
  reject?: boolean;
}

/** What systemd, sshd and an engine inside need; less than --privileged. */
const capabilities = [
  ...['SYS_ADMIN', 'NET_ADMIN', 'NET_RAW', 'SYS_PTRACE', 'SYS_MODULE', 'SYS_CHROOT', 'SYS_NICE', 'SYS_TIME'],
  ...[
    'SYS_TTY_CONFIG',
    'MKNOD',
    'LEASE',
    'AUDIT_WRITE',
    'AUDIT_CONTROL',
    'DAC_READ_SEARCH',
    'IPC_LOCK',
    'IPC_OWNER',
  ],
  ...[
    'LINUX_IMMUTABLE',
    'SYSLOG',
    'SYS_BOOT',
    'SYS_RAWIO',
    'NET_BROADCAST',
    'SETFCAP',
    'MAC_ADMIN',
    'MAC_OVERRIDE',
  ],
  ...['BLOCK_SUSPEND', 'WAKE_ALARM', 'AUDIT_READ'],
];

export class Vps {
  readonly record: MachineRecord;

  constructor(record: MachineRecord) {
    this.record = record;
  }

  get name(): string {
    return this.record.name;
  }
  get os(): System {
    return this.record.os;
  }
  /** Who logs in: root or admin. */
  get user(): string {
    return this.record.user;
  }
  get login(): Login {
    return this.record.login;
  }
  /** The user's password; for sudo-password also what sudo asks for. */
  get password(): string {
    return this.record.password;
  }
  get ip(): string {
    return this.record.ip;
  }
  get ip6(): string {
    return this.record.ip6;
  }
  get port(): number {
    return 22;
  }
  /** SHA256:… of the host key that clients prefer. */
  get fingerprint(): string {
    return this.record.fingerprints.ed25519 ?? '';
  }
  get fingerprints(): Readonly<Record<string, string>> {
    return this.record.fingerprints;
  }

  /** Lines for known_hosts, under the machine's addresses and the names given. */
  knownHosts(...names: readonly string[]): string {
    const hosts = [this.ip, this.ip6, ...names].join(',');
    return this.record.hostKeys.map((key) => `${hosts} ${key}\n`).join('');
  }

  /**
   * Runs a shell script as root inside, past SSH: for a test's own look, never for the product. What it prints comes
   * without its last newline.
   */
  async exec(script: string, { reject = true, ...options }: VpsExec = {}): Promise<RunResult> {
    const stdin = options.input === undefined ? [] : ['-i'];
    const args = ['exec', ...stdin, containerOf(this.name), 'bash', '-c', script];
    const result = await tryDocker(args, options);
    if (result.exitCode === 0 || !reject) return result;
    throw new WorldError(
      `In ${this.name} this ended with ${result.exitCode}:\n${script}\n${result.stdout}\n${result.stderr}`,
    );
  }

  async isRunning(): Promise<boolean> {
    const state = await tryDocker(['inspect', '-f', '{{.State.Running}}', containerOf(this.name)]);
    return state.stdout.trim() === 'true';
  }

  /** The plug is pulled: nothing inside gets to write anything any more. */
  async powerCut(): Promise<void> {
    await docker(['kill', '--signal', 'KILL', containerOf(this.name)]);
    await this.off();
  }

  /** Waits until the machine is off. */
  async off(): Promise<void> {
    await docker(['wait', containerOf(this.name)]);
  }

  /** An orderly shutdown. */
  async stop(): Promise<void> {
    await docker(['stop', '--time', '60', containerOf(this.name)]);
  }

  /** Power on, and wait until it answers by SSH. */
  async start(): Promise<void> {
    await attachDisk(this.name);
    await docker(['start', containerOf(this.name)]);
    await this.ready();
  }

  async ready(): Promise<void> {
    const hint = `see \`docker logs\` of it: node test/world/cli.ts logs ${this.name}`;
    await until(
      `An answer by SSH from ${this.name}`,
      async () => {
        if (!(await this.isRunning())) return false;
        return (await greeting(this.ip, 22, true))?.startsWith('SSH-');
      },
      180_000,
      hint,
    );
  }

  /** Takes in the world's present authorities; a machine that is off does so when it starts. */
  async renewTrust(): Promise<void> {
    if (await this.isRunning()) await this.exec('update-ca-certificates');
  }

  /** Keeps the machine as it is now, as a power cut at this moment would. It survives `down`. */
  snapshot(name: string): Promise<void> {
    return takeSnapshot(name, this.record);
  }

  async remove(): Promise<void> {
    await withLock(() => removeMachine(this.record));
  }
}

export async function removeMachine({ name, ip, ip6, domains }: MachineRecord): Promise<void> {
  await tryDocker(['rm', '-f', '-v', containerOf(name)]);
  await removeDisk(name);
  const stale = domains.filter((domain) => dns.all()[domain]?.a === ip);
  if (stale.length > 0) await dns.remove(...stale);
  await operator.forget(ip, ip6, ...domains);
  forgetMachine(name);
}

/** A machine that is there already, also from another process. */
export function vps(name: string): Vps {
  const record = loadMachine(name);
  if (record === undefined) {
    const known = allMachines().map((machine) => machine.name);
    throw new WorldError(`There is no machine ${name}; there are: ${known.join(', ') || 'none'}.`);
  }
  return new Vps(record);
}

export const machines = (): Vps[] => allMachines().map((record) => new Vps(record));

/** A fresh machine, as it is handed over by a hosting company: its address, its login, its host key, and SSH answers. */
export async function createVps(options: VpsOptions): Promise<Vps> {
  const { name, os = 'debian-13', user = 'root', domains = [] } = options;
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name))
    throw new WorldError(`${name} is no name for a machine: use a-z, 0-9 and -.`);
  if (!(os in systems)) throw new WorldError(`--os is one of ${Object.keys(systems).join(', ')}, not ${os}.`);
  if (!logins.includes(user)) throw new WorldError(`--user is one of ${logins.join(', ')}, not ${user}.`);
  if (options.disk !== undefined && !/^\d+[MG]$/.test(options.disk)) {
    throw new WorldError(`--disk is a size such as 800M or 3G, not ${options.disk}.`);
  }
  if (options.cpus !== undefined && !(Number.isInteger(options.cpus) && options.cpus > 0)) {
    throw new WorldError(`--cpus is a number of processors such as 8, not ${options.cpus}.`);
  }
  requireWorld();
  const snapshot = options.from === undefined ? undefined : loadSnapshot(options.from);
  const draft = await withLock(() => reserve(options, os, user, snapshot));
  const image = snapshot?.image ?? (await machineImage(os));
  try {
    if (snapshot !== undefined) await copySnapshot(snapshot, name);
    else if (options.disk !== undefined) await makeDisk(name, options.disk);
    await boot(draft, image, snapshot === undefined ? [ownFiles(draft), login(draft)] : [ownFiles(draft)]);
    const record = { ...draft, ...(await hostKeys(draft.name)) };
    saveMachine(record);
    for (const domain of domains) await dns.set(domain, { a: record.ip, aaaa: record.ip6 });
    const machine = new Vps(record);
    await machine.ready();
    return machine;
  } catch (error) {
    await withLock(() => removeMachine(draft));
    throw error;
  }
}

/** Takes the name and the address before the slow part begins, so that machines can be made side by side. */
async function reserve(
  options: VpsOptions,
  os: System,
  login: Login,
  snapshot?: Snapshot,
): Promise<MachineRecord> {
  const { name, disk, memory, cpus, domains = [] } = options;
  if (loadMachine(name) !== undefined)
    throw new WorldError(`There is a machine ${name} already: remove it first (rm ${name}).`);
  const taken = allMachines().map((machine) => machine.ip);
  const old = snapshot?.machine;
  const record: MachineRecord = {
    name,
    os: old?.os ?? os,
    login: old?.login ?? login,
    user: old?.user ?? (login === 'root' ? 'root' : 'admin'),
    password: old?.password ?? randomBytes(9).toString('base64url'),
    ...(options.ip === undefined ? allot(taken) : claim(options.ip, taken)),
    ...((old?.disk ?? disk) ? { disk: old?.disk ?? disk ?? '' } : {}),
    ...((memory ?? old?.memory) ? { memory: memory ?? old?.memory ?? '' } : {}),
    ...((cpus ?? old?.cpus) ? { cpus: cpus ?? old?.cpus ?? 0 } : {}),
    domains,
    fingerprints: {},
    hostKeys: [],
  };
  await removeDisk(name);
  await tryDocker(['rm', '-f', '-v', containerOf(name)]);
  saveMachine(record);
  return record;
}

async function boot(record: MachineRecord, image: string, firstBoot: readonly string[]): Promise<void> {
  const container = containerOf(record.name);
  const mounts = await attachDisk(record.name);
  mkdirSync(machineTrust, { recursive: true });
  const kilobytes = record.memory === undefined ? undefined : toKilobytes(record.memory);
  await docker([
    ...['create', '--name', container, '--hostname', record.name, '--label', 'world.machine'],
    ...['--network', network.name, '--ip', record.ip, '--ip6', record.ip6],
    ...['--cgroupns', 'private', '--device-cgroup-rule', 'a *:* rwm'],
    ...capabilities.flatMap((name) => ['--cap-add', name]),
    ...['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'].flatMap((option) => [
      '--security-opt',
      option,
    ]),
    ...['--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp:exec,mode=1777'],
    ...mounts.flatMap((mount) => ['-v', mount]),
    ...['-v', `${machineTrust}:/usr/local/share/ca-certificates/world:ro`],
    ...(kilobytes === undefined ? [] : ['--memory', `${kilobytes}k`, '--env', `WORLD_MEMORY=${kilobytes}`]),
    ...(record.cpus === undefined ? [] : ['--env', `WORLD_CPUS=${record.cpus}`]),
    ...[image, '/usr/sbin/world-init'],
  ]);
  await putFirstBoot(record.name, container, firstBoot);
  await docker(['start', container]);
}

function toKilobytes(memory: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([MG])i?B?$/i.exec(memory) ?? [];
  if (amount === undefined || unit === undefined)
    throw new WorldError(`--memory is a size such as 512M or 2G, not ${memory}.`);
  return Math.round(Number(amount) * (unit.toUpperCase() === 'G' ? 1024 * 1024 : 1024));
}

/** Host name, /etc/hosts and DNS: with every new container the engine lays empty files over them. */
const ownFiles = ({ name }: MachineRecord): string => `echo ${name} > /etc/hostname
printf '127.0.0.1 localhost\\n127.0.1.1 ${name}\\n::1 localhost ip6-localhost ip6-loopback\\n' > /etc/hosts
echo 'nameserver ${network.gateway4}' > /etc/resolv.conf
`;

/** What cloud-init does at a hosting company: the login and the host keys. */
function login({ login: kind, user, password }: MachineRecord): string {
  const key = operator.publicKey();
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const sudoers = `${user} ALL=(ALL:ALL) ${kind === 'sudo' ? 'NOPASSWD:' : ''}ALL`;
  return `${user === 'root' ? '' : `useradd -m -s /bin/bash ${user}\necho '${sudoers}' > /etc/sudoers.d/90-${user}\nchmod 0440 /etc/sudoers.d/90-${user}`}
echo '${user}:${password}' | chpasswd
echo 'PermitRootLogin ${user === 'root' ? 'yes' : 'no'}' > /etc/ssh/sshd_config.d/50-cloud.conf
install -d -m 0700 -o ${user} -g ${user} ${home}/.ssh
echo '${key}' > ${home}/.ssh/authorized_keys
chmod 0600 ${home}/.ssh/authorized_keys
chown ${user}: ${home}/.ssh/authorized_keys
ssh-keygen -q -A
`;
}

/** `world-init` runs it once, before systemd. */
async function putFirstBoot(name: string, container: string, parts: readonly string[]): Promise<void> {
  const script = `#!/bin/sh\nset -e\n${parts.join('')}`;
  const file = join(paths.config, `first-boot-${name}`);
  writeFileSync(file, script, { mode: 0o755 });
  try {
    await docker(['cp', file, `${container}:/world-first-boot`]);
  } finally {
    rmSync(file, { force: true });
  }
}

async function hostKeys(name: string): Promise<Pick<MachineRecord, 'fingerprints' | 'hostKeys'>> {
  const read = 'test ! -e /world-first-boot && cat /etc/ssh/ssh_host_*_key.pub';
  const text = await until(
    `The first boot of ${name}`,
    async () => (await docker(['exec', containerOf(name), 'sh', '-c', read])).trim(),
    180_000,
    `see node test/world/cli.ts logs ${name}`,
  );
  const keys = text.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '));
  const listed = await sh('ssh-keygen', ['-l', '-f', '-'], { input: text });
  const fingerprints = Object.fromEntries(
    listed.split('\n').map((line) => {
      const [, fingerprint = ''] = line.split(' ');
      const type = /\((\w+)\)$/.exec(line)?.[1]?.toLowerCase() ?? 'unknown';
      return [type, fingerprint];
    }),
  );
  return { fingerprints, hostKeys: keys };
}
