import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { client, clientArgs, docker } from './engine.ts';
import { WorldError } from './errors.ts';
import { createVps, type Vps, type VpsOptions, vps } from './machine.ts';
import { containerOf } from './machine-store.ts';
import { dns } from './names.ts';
import { operator } from './operator.ts';
import { network, paths } from './paths.ts';
import { logOf, tailOf } from './processes.ts';
import { say } from './progress.ts';
import { removeSnapshot, snapshots } from './snapshot.ts';
import { requireWorld } from './state.ts';
import { clean, down, status, up } from './world.ts';

const usage = `The world: fresh servers, names, certificates and registries on one machine, for trying and testing.

  up                      bring it up (the first time takes minutes, then seconds)
  down                    take it down and leave nothing behind but the cache
  status                  what runs, and which machines there are
  vps NAME [options]      a fresh machine, ready when SSH answers
      --os debian-12|debian-13         (debian-13)
      --user root|sudo|sudo-password   (root)
      --disk 3G    its data on one small disk     --memory 2G  a memory limit
      --cpus 8     shown as its processors
      --ip ADDRESS a fixed address                --domain N   a name that points to it (repeatable)
      --from SNAPSHOT
  rm NAME                 remove a machine
  snapshot NAME AS        keep a machine as it is now, for \`vps … --from AS\`; it survives down
  forget AS               remove a snapshot
  cut NAME | start NAME   pull a machine's plug; switch it on again
  dns NAME [ADDRESS …]    point a name to addresses, or take it away
  run -- COMMAND …        run a command as the operator: in the world's network, with its names and trust
  shell NAME              a root shell inside a machine
  logs [NAME]             the end of the servers' logs, or a machine's console
  clean                   down, and remove the cache too
`;

const options = {
  os: { type: 'string' },
  user: { type: 'string' },
  disk: { type: 'string' },
  memory: { type: 'string' },
  cpus: { type: 'string' },
  ip: { type: 'string' },
  from: { type: 'string' },
  domain: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Hands the terminal over to a program and takes its exit code. */
function handOver(file: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', ...(env === undefined ? {} : { env }) });
    // Ctrl-C reaches the program itself; we stay to pass on how it ended.
    process.on('SIGINT', () => {});
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

function describe(machine: Vps): string {
  const login = machine.login === 'root' ? 'root' : `${machine.user} (${machine.login})`;
  return [
    `${machine.name}: ${machine.os}, ${machine.ip}, ${machine.ip6}`,
    `  log in as ${login} with the operator's key or the password ${machine.password}`,
    `  host key ${machine.fingerprint}`,
    `  node test/world/cli.ts run -- ssh -o StrictHostKeyChecking=accept-new ${machine.user}@${machine.ip}`,
  ].join('\n');
}

async function create(name: string, values: Record<string, unknown>): Promise<void> {
  const { domain, cpus, ...rest } = values as Partial<VpsOptions> & { domain?: string[]; cpus?: string };
  const from = performance.now();
  const machine = await createVps({
    ...rest,
    name,
    ...(cpus === undefined ? {} : { cpus: Number(cpus) }),
    ...(domain === undefined ? {} : { domains: domain }),
  });
  console.log(describe(machine));
  say(`Ready after ${((performance.now() - from) / 1000).toFixed(1)} s`);
}

async function printStatus(): Promise<number> {
  const state = await status();
  const servers = Object.entries(state.servers).map(
    ([name, alive]) => `${name} ${alive ? 'runs' : 'is off'}`,
  );
  console.log(`The world is ${state.isUp ? 'up' : 'down'}: ${servers.join(', ')}.`);
  for (const { name, os, login, ip, ip6, isRunning } of state.machines) {
    console.log(`  ${name}  ${os}  ${login}  ${ip}  ${ip6}${isRunning ? '' : '  (off)'}`);
  }
  for (const [name, { a, aaaa }] of Object.entries(dns.all()))
    console.log(`  ${name} → ${[a, aaaa].flat().filter(Boolean).join(', ')}`);
  if (snapshots().length > 0) console.log(`  snapshots: ${snapshots().join(', ')}`);
  return state.isUp ? 0 : 1;
}

async function printLogs(name?: string): Promise<void> {
  if (name !== undefined) return console.log(await docker(['logs', '--tail', '100', containerOf(name)]));
  for (const server of ['engine', 'names', 'registry', 'acme', 'front']) {
    console.log(`== ${server} (${logOf(server)})\n${tailOf(server, 20)}\n`);
  }
}

function point(name: string, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return dns.remove(name);
  return dns.set(name, {
    a: addresses.filter((address) => !address.includes(':')),
    aaaa: addresses.filter((address) => address.includes(':')),
  });
}

async function main(argv: readonly string[]): Promise<number> {
  const [command = 'help', ...rest] = argv;
  if (command === 'run') {
    const words = rest[0] === '--' ? rest.slice(1) : rest;
    if (words.length === 0) throw new WorldError('run needs a command: run -- COMMAND …');
    requireWorld();
    return handOver('ip', ['netns', 'exec', network.namespace, ...words], operator.environment());
  }
  const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true });
  const [name, ...more] = positionals;
  const needName = () => {
    if (name === undefined) throw new WorldError(`${command} needs the name of a machine.`);
    return name;
  };
  if (values.help) {
    console.log(usage);
    return 0;
  }
  switch (command) {
    case 'up':
      await up();
      say(`The world is up (cache: ${paths.built})`);
      return 0;
    case 'down':
      await down();
      say('The world is down');
      return 0;
    case 'clean':
      await clean();
      say('The world and its cache are gone');
      return 0;
    case 'status':
      return printStatus();
    case 'vps':
      await create(needName(), values);
      return 0;
    case 'rm':
      await vps(needName()).remove();
      return 0;
    case 'cut':
      await vps(needName()).powerCut();
      return 0;
    case 'start':
      await vps(needName()).start();
      return 0;
    case 'snapshot':
      await vps(needName()).snapshot(more[0] ?? needName());
      return 0;
    case 'dns':
      await point(needName(), more);
      return 0;
    case 'forget':
      await removeSnapshot(needName());
      return 0;
    case 'shell':
      requireWorld();
      return handOver(client, clientArgs(['exec', '-it', containerOf(vps(needName()).name), 'bash', '-l']));
    case 'logs':
      await printLogs(name);
      return 0;
    default:
      console.log(usage);
      return command === 'help' || command === '--help' || command === '-h' ? 0 : 2;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected =
    error instanceof WorldError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(expected ? (error as Error).message : error);
  process.exitCode = 2;
}
