import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { startAcme } from './acme.ts';
import { certificateFor, makeAuthority } from './authority.ts';
import { dockerPackages } from './build/docker-packages.ts';
import { caddyImage, postgresImage, redisImage, synapseImages } from './build/images.ts';
import { machineImage, systems } from './build/machine.ts';
import { imageBase } from './build/rootfs.ts';
import { buildTools } from './build/tools.ts';
import { docker, removeUnfinishedBuilds, startEngine, stopEngine, tryDocker } from './engine.ts';
import { startFront } from './front.ts';
import {
  groundThatIsThere,
  layGround,
  layOperatorsNetwork,
  removeGround,
  removeOperatorsNetwork,
} from './ground.ts';
import { withLock } from './lock.ts';
import { machines, removeMachine } from './machine.ts';
import { allMachines } from './machine-store.ts';
import { publicNames, startNames } from './names.ts';
import { prepareOperator } from './operator.ts';
import { installMissing, requireRootOnDebian } from './packages.ts';
import { cache, network, paths, run } from './paths.ts';
import { isAlive, recorded, recordedNames, runs, stopDaemon } from './processes.ts';
import { step } from './progress.ts';
import { startRegistry } from './registry.ts';
import { forgetWorld, refuseOtherWorld, rememberWorld } from './state.ts';
import { ourCgroups, ourMounts, strays, sweepStrays, unmountAll } from './sweep.ts';
import { writeTrust } from './trust.ts';

/** Brings up what is not up yet: all of it the first time, nothing when everything runs, the rest after a crash. */
export async function up(): Promise<void> {
  requireRootOnDebian();
  await withLock(async () => {
    refuseOtherWorld();
    await installMissing();
    for (const folder of [paths.config, paths.trust, paths.logs]) mkdirSync(folder, { recursive: true });
    rememberWorld();
    await step('Starting the engine, the network, the names and the registry', async () => {
      await startEngine();
      await removeUnfinishedBuilds();
      await unmountAll(paths.scratch);
      rmSync(paths.scratch, { recursive: true, force: true });
      mkdirSync(paths.scratch, { recursive: true });
      await makeAuthority();
      await layGround();
      await startNames();
      await startRegistry();
    });
    const { tools, packages } = await buildAll();
    const tls = await certificateFor(publicNames);
    await startAcme(tools.pebble, tls);
    await startFront(tools.caddy, tls, packages);
    if (writeTrust()) await Promise.all(machines().map((machine) => machine.renewTrust()));
    await prepareOperator();
    await layOperatorsNetwork();
  });
}

/** Builds everything that is not in the cache; what does not depend on each other goes side by side. */
async function buildAll() {
  const trixie = imageBase('trixie');
  const tools = trixie.then(buildTools);
  const bookworm = trixie.then(() => imageBase('bookworm'));
  const [builtTools, packages] = await settled(
    tools,
    Promise.all([trixie, bookworm]).then(([newer, older]) =>
      dockerPackages({ trixie: newer, bookworm: older }),
    ),
    trixie.then(synapseImages),
    trixie.then(redisImage),
    trixie.then((base) => postgresImage(base, '17')),
    bookworm.then((base) => postgresImage(base, '15')),
    Promise.all([trixie, tools]).then(([base, made]) => caddyImage(base, made)),
    bookworm.then(async () => {
      for (const system of Object.keys(systems) as (keyof typeof systems)[]) await machineImage(system);
    }),
  );
  return { tools: builtTools, packages };
}

/** Waits for all even if one fails, so that no build goes on behind the error's back. */
async function settled<T extends readonly unknown[]>(...work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/** Takes everything away but the cache and the snapshots; also what a killed world left. */
export async function down(): Promise<void> {
  requireRootOnDebian();
  await withLock(async () => {
    refuseOtherWorld();
    if (runs('engine')) {
      await step('Removing the machines', async () => {
        await Promise.all(allMachines().map(removeMachine));
        const left = (await docker(['ps', '-aq'])).split('\n').filter(Boolean);
        if (left.length > 0) await docker(['rm', '-f', '-v', ...left]);
        await tryDocker(['network', 'rm', network.name]);
      });
    }
    await step('Stopping the servers', async () => {
      await Promise.all(['front', 'acme', 'registry', 'names'].map((name) => stopDaemon(name, 3000)));
      await stopEngine();
      for (const name of recordedNames()) await stopDaemon(name);
    });
    await removeOperatorsNetwork();
    await removeGround();
    await sweepStrays();
    await unmountAll();
    for (const folder of [paths.machines, paths.operator, paths.scratch]) {
      rmSync(folder, { recursive: true, force: true });
    }
    forgetWorld();
  });
}

/** Everything of the world that is on this machine besides the cache; empty after `down`. */
export async function remains(): Promise<string[]> {
  return [
    ...strays().map(({ pid }) => `process ${pid}`),
    ...ourMounts().map((point) => `mount ${point}`),
    ...ourCgroups().map((folder) => `control group ${folder}`),
    ...(await groundThatIsThere()),
    ...(existsSync(run) ? [run] : []),
  ];
}

export interface WorldStatus {
  isUp: boolean;
  servers: Record<string, boolean>;
  machines: { name: string; os: string; login: string; ip: string; ip6: string; isRunning: boolean }[];
}

const servers = ['engine', 'names', 'registry', 'acme', 'front'] as const;

export async function status(): Promise<WorldStatus> {
  const state = Object.fromEntries(servers.map((name) => [name, isAlive(recorded(name))]));
  const running = state.engine
    ? (await tryDocker(['ps', '--filter', 'label=world.machine', '--format', '{{.Names}}'])).stdout.split(
        '\n',
      )
    : [];
  return {
    isUp: servers.every((name) => state[name]),
    servers: state,
    machines: allMachines().map(({ name, os, login, ip, ip6 }) => {
      return { name, os, login, ip, ip6, isRunning: running.includes(`world-${name}`) };
    }),
  };
}

/** Takes the world down and its cache away: the next `up` begins from nothing. */
export async function clean(): Promise<void> {
  await down();
  rmSync(cache, { recursive: true, force: true });
}
