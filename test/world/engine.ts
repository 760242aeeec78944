import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cgroup, paths, run } from './paths.ts';
import { runs, startDaemon, stillRuns, stopDaemon } from './processes.ts';
import { attempt, type RunOptions, type RunResult, sh } from './shell.ts';
import { sweepEngine } from './sweep.ts';
import { until } from './wait.ts';

// The distribution's client, where there is one: it speaks the same version as the distribution's engine.
export const client = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';
export const clientArgs = (args: readonly string[]) => ['-H', `unix://${paths.engineSocket}`, ...args];
const clientEnv = { DOCKER_CONFIG: `${run}/client`, DOCKER_CLI_HINTS: 'false' };

/** The world's own engine, never the one that may run on this machine too. */
export const docker = (args: readonly string[], options: RunOptions = {}): Promise<string> =>
  sh(client, clientArgs(args), { ...options, env: { ...clientEnv, ...options.env } });

export const tryDocker = (args: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  attempt(client, clientArgs(args), { ...options, env: { ...clientEnv, ...options.env } });

const answers = async () => (await tryDocker(['version'], { timeout: 10_000 })).exitCode === 0;

export async function startEngine(): Promise<void> {
  if (runs('engine') && (await answers())) return;
  await stopDaemon('engine');
  await sweepEngine();
  // As after a restart of the machine: process ids on record there may be somebody else's by now.
  for (const stale of [paths.engineState, paths.engineSocket, `${run}/engine.pid`]) {
    rmSync(stale, { recursive: true, force: true });
  }
  for (const folder of [paths.engineData, paths.engineState]) mkdirSync(folder, { recursive: true });
  writeFileSync(`${run}/engine.json`, '{}');
  await startDaemon({
    name: 'engine',
    command: 'dockerd',
    args: [
      ...['--data-root', paths.engineData],
      ...['--exec-root', paths.engineState],
      ...['--pidfile', `${run}/engine.pid`],
      ...['-H', `unix://${paths.engineSocket}`],
      // No settings of an engine that the machine has for itself.
      ...['--config-file', `${run}/engine.json`],
      // Rules and forwarding are ours to make, so that they are ours to undo.
      ...['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false', '--bridge=none'],
      ...['--exec-opt', 'native.cgroupdriver=cgroupfs', `--cgroup-parent=/${cgroup}`],
      ...['--storage-driver', 'overlay2'],
    ],
  });
  await until('The container engine', () => stillRuns('engine') && answers(), 60_000);
}

/** What a killed build left behind, or still does although nobody waits for it any more. */
export async function removeUnfinishedBuilds(): Promise<void> {
  const builds = (await docker(['ps', '-aq', '--filter', 'name=^/?build-'])).split('\n').filter(Boolean);
  if (builds.length > 0) await docker(['rm', '-f', '-v', ...builds]);
}

export async function stopEngine(): Promise<void> {
  await stopDaemon('engine', 20_000);
  await sweepEngine();
}
