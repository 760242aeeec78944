import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { WorldError } from './errors.ts';
import { withLock } from './lock.ts';
import { network, paths } from './paths.ts';
import { attempt, sh } from './shell.ts';
import { requireWorld } from './state.ts';
import { trust } from './trust.ts';

const home = paths.operator;
const ssh = join(home, '.ssh');

export interface OperatorRun {
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  timeout?: number;
  /** Throw when the command fails; by default its exit code is for the caller to judge. */
  reject?: boolean;
}

export interface OperatorResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Both, in the order in which they came. */
  all: string;
  timedOut: boolean;
  milliseconds: number;
}

/** What a person's shell on a laptop in the world would have, and nothing of this machine's. */
function environment(extra: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const bundle = trust.bundleFile;
  const kept = Object.fromEntries(
    ['PATH', 'TERM', 'COLORTERM', 'COLUMNS', 'LINES', 'NO_COLOR', 'FORCE_COLOR', 'NODE_V8_COVERAGE'].flatMap(
      (name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]),
    ),
  );
  return {
    ...kept,
    HOME: home,
    USER: 'root',
    LOGNAME: 'root',
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    NODE_EXTRA_CA_CERTS: bundle,
    SSL_CERT_FILE: bundle,
    CURL_CA_BUNDLE: bundle,
    REQUESTS_CA_BUNDLE: bundle,
    PIP_CERT: bundle,
    GIT_SSL_CAINFO: bundle,
    ...Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== undefined)),
  } as Record<string, string>;
}

const inNamespace = (argv: readonly string[]) => ['netns', 'exec', network.namespace, ...argv];

/** A process as the operator starts it: execa's options and result, in the operator's place in the network. */
function spawn<const T extends Options>(argv: readonly string[], options?: T) {
  requireWorld();
  const place = { env: environment(options?.env), extendEnv: false };
  return execa('ip', inNamespace(argv), { cwd: home, ...options, ...place } as unknown as T);
}

async function run(argv: readonly string[], options: OperatorRun = {}): Promise<OperatorResult> {
  const { input = '', env = {}, cwd = home, timeout, reject = false } = options;
  const result = await spawn(argv, {
    input,
    env,
    cwd,
    reject: false as const,
    all: true as const,
    stripFinalNewline: false as const,
    maxBuffer: 64 * 1024 * 1024,
    ...(timeout === undefined ? {} : { timeout }),
  });
  const { exitCode = 1, stdout, stderr, all, timedOut } = result;
  const milliseconds = Math.round(result.durationMs);
  if (reject && exitCode !== 0) {
    throw new WorldError(
      `The operator's \`${argv.join(' ').slice(0, 300)}\` ended with ${exitCode}:\n${all.slice(-4000)}`,
    );
  }
  return { exitCode, stdout, stderr, all, timedOut, milliseconds };
}

/** Makes the operator's home: a key that every fresh machine accepts, and no host known yet. */
export async function prepareOperator(): Promise<void> {
  mkdirSync(ssh, { recursive: true, mode: 0o700 });
  if (!existsSync(operator.keyFile)) {
    await sh('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'operator@world', '-f', operator.keyFile]);
  }
  if (!existsSync(operator.knownHosts)) writeFileSync(operator.knownHosts, '');
}

/** Each writes known_hosts anew from what it read; the world's lock keeps out other processes, and not this one. */
let forgetting: Promise<void> = Promise.resolve();

/** The person with the laptop who installs a server. */
export const operator = {
  home,
  keyFile: join(ssh, 'id_ed25519'),
  knownHosts: join(ssh, 'known_hosts'),
  ip: network.operator4,
  ip6: network.operator6,
  publicKey: (): string => readFileSync(join(ssh, 'id_ed25519.pub'), 'utf8').trim(),
  environment,
  run,
  spawn,
  /** Takes hosts (names or addresses) out of known_hosts, as after a warning about a changed key. */
  forget: (...hosts: readonly string[]): Promise<void> =>
    withLock(() => {
      const done = forgetting.then(async () => {
        for (const host of hosts) await attempt('ssh-keygen', ['-q', '-R', host, '-f', operator.knownHosts]);
      });
      forgetting = done.catch(() => {});
      return done;
    }),
} as const;
