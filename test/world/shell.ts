import { execa } from 'execa';
import { WorldError } from './errors.ts';

export interface RunOptions {
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  timeout?: number;
}

export interface RunResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end and hands back whatever came of it. */
export async function attempt(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { input = '', env = {}, cwd, timeout } = options;
  const result = await execa(file, args, {
    input,
    env,
    reject: false,
    maxBuffer: 64 * 1024 * 1024,
    ...(cwd === undefined ? {} : { cwd }),
    ...(timeout === undefined ? {} : { timeout }),
  });
  const stderr = result.stderr || (result.exitCode === undefined ? (result.shortMessage ?? '') : '');
  return { exitCode: result.exitCode ?? 1, stdout: result.stdout, stderr };
}

/** Runs a program that is expected to succeed; the error carries the end of what it said. */
export async function sh(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await attempt(file, args, options);
  if (exitCode === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n');
  throw new WorldError(`\`${[file, ...args].join(' ').slice(0, 300)}\` ended with ${exitCode}:\n${said}`);
}
