import { access } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { UsageError } from '../errors.ts';
import type { Channel } from './channel.ts';
import { localChannel } from './channels/local.ts';
import { opensshChannel, probeHostKey } from './channels/openssh.ts';
import { fetchHostKey, KeyRefused, type Ssh2Options, ssh2Channel } from './channels/ssh2.ts';
import type { Choice, TransportFacts } from './choose.ts';
import { chooseTransport } from './choose.ts';
import type { ConnectOptions } from './connect.ts';
import { noOpenssh } from './failures.ts';
import type { Target } from './host.ts';
import { loadIdentities } from './identities.ts';
import { existing, keyKinds } from './key-files.ts';
import type { KnownHost } from './known-hosts.ts';
import { formatKnownHost, hasAuthority, knownHostName } from './known-hosts.ts';
import { appendKnownHost, readKnownHosts } from './known-hosts-files.ts';
import type { SshConfig } from './ssh-config.ts';
import { resolveConfig } from './ssh-config.ts';
import type { HostKey, TrustOptions } from './trust.ts';
import { establishTrust, FAMILIES, refuseKey } from './trust.ts';

/** A machine, and everything decided about how to get there. */
export interface Way {
  /** For people, for example `root@203.0.113.7`. */
  readonly name: string;
  /** Whether the login is root's, so that sudo need not be looked for. */
  readonly isRoot: boolean;
  /** Connects and logs in; again without asking what was answered before. */
  open(): Promise<Channel>;
}

/** How a wrong password or passphrase may be repeated: by a person, twice. */
const TYPED_ATTEMPTS = 3;

export async function wayTo(target: Target, options: ConnectOptions, env: NodeJS.ProcessEnv): Promise<Way> {
  for (const path of options.identity ?? []) {
    const found = (await existing([path, `${path}.pub`])).length > 0;
    if (!found) throw new UsageError(`--identity ${path}: there is no such file`);
  }
  const config = await resolveConfig(target, env, options.sshConfig);
  const route = await routeOf(target, config, options);
  const { transport, reason }: Choice =
    options.transport === undefined ? chooseTransport(route.facts) : { transport: options.transport };
  options.log(`${route.name}: ${transport}${reason === undefined ? '' : `, because ${reason}`}`);
  if (transport === 'local') {
    return { name: 'localhost', isRoot: process.getuid?.() === 0, open: async () => localChannel(env) };
  }
  const isRoot = config.user === 'root';
  if (transport === 'openssh') {
    if (!config.openssh) throw noOpenssh(reason ?? 'It was asked for with --ssh openssh.');
    return { name: route.name, isRoot, open: await byOpenssh(target, route, options, env) };
  }
  return { name: route.name, isRoot, open: await bySsh2(route, options) };
}

interface Route {
  readonly name: string;
  /** For messages, for example `203.0.113.7 port 22`. */
  readonly where: string;
  readonly config: SshConfig;
  readonly knownName: string;
  readonly known: readonly KnownHost[];
  readonly facts: TransportFacts;
}

async function routeOf(target: Target, config: SshConfig, options: ConnectOptions): Promise<Route> {
  const knownName = config.hostKeyAlias?.toLowerCase() ?? knownHostName(config.hostname, config.port);
  const known = await readKnownHosts([...config.userKnownHosts, ...config.globalKnownHosts]);
  const { securityKeys, certificates } = await keyKinds(
    options.identity ?? config.identityFiles,
    config.certificateFiles,
  );
  const shownHost = target.host.includes(':') ? `[${target.host}]` : target.host;
  return {
    name: `${config.user}@${shownHost}${target.port === undefined ? '' : `:${target.port}`}`,
    where: `${target.host === config.hostname ? target.host : `${target.host} (${config.hostname})`} port ${config.port}`,
    config,
    knownName,
    known,
    facts: {
      target,
      config,
      authority: hasAuthority(known, knownName),
      securityKeys,
      certificates,
      kerberos: await hasTicket(options.env ?? process.env),
    },
  };
}

async function bySsh2(route: Route, options: ConnectOptions): Promise<() => Promise<Channel>> {
  const { config } = route;
  const dial: Ssh2Options = {
    where: route.where,
    host: config.hostname,
    port: config.port,
    family: config.family,
    bindAddress: config.bindAddress,
    signal: options.signal,
    log: options.log,
  };
  const trust = trustOptions(route, options, (family) => fetchHostKey(dial, family && FAMILIES[family]));
  const good = await establishTrust(trust);
  const attempts = options.interactive ? TYPED_ATTEMPTS : 1;
  const identities = await loadIdentities({
    agent: config.agent,
    files: options.identity ?? config.identityFiles,
    only: config.identitiesOnly || options.identity !== undefined,
    passphrase: options.secrets.keyPassphrase,
    attempts,
    log: options.log,
  });
  const password = options.secrets.sshPassword && remembering(options.secrets.sshPassword);
  return async () => {
    try {
      const channel = await ssh2Channel(dial, good, {
        where: route.where,
        user: config.user,
        identities,
        password: password?.ask,
        attempts: attempts,
      });
      password?.worked();
      return channel;
    } catch (error) {
      if (!(error instanceof KeyRefused)) throw error;
      const key = error.key ?? (await fetchHostKey(dial));
      if (key === undefined) throw error;
      return refuseKey(trust, key, good);
    }
  };
}

async function byOpenssh(
  target: Target,
  route: Route,
  options: ConnectOptions,
  env: NodeJS.ProcessEnv,
): Promise<() => Promise<Channel>> {
  const settings = {
    target,
    where: route.where,
    user: route.config.user,
    jump: route.config.proxyJump,
    configFile: options.sshConfig,
    identity: options.identity,
    env,
    signal: options.signal,
    log: options.log,
  };
  const trust = trustOptions(route, options, (family) =>
    probeHostKey(settings, family === undefined ? undefined : FAMILIES[family]),
  );
  // With an authority or a command, only OpenSSH can tell which keys are good; it is told to be strict.
  const delegated =
    options.hostKey === undefined && (route.facts.authority || route.config.knownHostsCommand !== undefined);
  const good = delegated ? undefined : await establishTrust(trust);
  return () =>
    opensshChannel(settings, {
      knownName: route.knownName,
      good,
      refuse: async () => {
        const key = await probeHostKey(settings);
        if (key !== undefined) refuseKey(trust, key, good ?? []);
      },
    });
}

function trustOptions(
  route: Route,
  options: ConnectOptions,
  fetchKey: TrustOptions['fetchKey'],
): TrustOptions {
  const file = route.config.userKnownHosts[0];
  return {
    host: route.where,
    name: route.knownName,
    known: route.known,
    pin: options.hostKey,
    fetchKey,
    confirm: options.secrets.confirmHostKey,
    remember: async (key: HostKey) => {
      if (file === undefined || file === '/dev/null') return;
      await appendKnownHost(file, formatKnownHost(route.knownName, key, route.config.hashKnownHosts));
      options.log(`the key of ${route.where} was added to ${file}`);
    },
  };
}

/** A password that worked is not asked for again when the connection has to be made again. */
function remembering(ask: (prompt: string) => Promise<string>) {
  let given: { prompt: string; answer: string } | undefined;
  let good: typeof given;
  return {
    ask: async (prompt: string): Promise<string> => {
      const before = good;
      good = undefined;
      given = before?.prompt === prompt ? before : { prompt, answer: await ask(prompt) };
      return given.answer;
    },
    worked: () => {
      // One-time codes are good once; only what calls itself a password is kept.
      good = given !== undefined && /password/i.test(given.prompt) ? given : undefined;
    },
  };
}

async function hasTicket(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (env.KRB5CCNAME !== undefined) return true;
  try {
    await access(`/tmp/krb5cc_${userInfo().uid}`);
    return true;
  } catch {
    return false;
  }
}
