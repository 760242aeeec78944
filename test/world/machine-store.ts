import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from './build/machine.ts';
import { paths } from './paths.ts';

export const logins = ['root', 'sudo', 'sudo-password'] as const;
export type Login = (typeof logins)[number];

/** What is on record about a machine, enough to find it again from another process. */
export interface MachineRecord {
  name: string;
  os: System;
  login: Login;
  user: string;
  password: string;
  ip: string;
  ip6: string;
  disk?: string;
  memory?: string;
  cpus?: number;
  domains: readonly string[];
  /** SHA256:… by key type. */
  fingerprints: Readonly<Record<string, string>>;
  /** As they stand in known_hosts: type and key. */
  hostKeys: readonly string[];
}

export const containerOf = (name: string) => `world-${name}`;
export const folderOf = (name: string) => join(paths.machines, name);
const fileOf = (name: string) => join(paths.machineRecords, `${name}.json`);

export function saveMachine(record: MachineRecord): void {
  mkdirSync(paths.machineRecords, { recursive: true });
  writeFileSync(`${fileOf(record.name)}.new`, JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(`${fileOf(record.name)}.new`, fileOf(record.name));
}

export function loadMachine(name: string): MachineRecord | undefined {
  return existsSync(fileOf(name))
    ? (JSON.parse(readFileSync(fileOf(name), 'utf8')) as MachineRecord)
    : undefined;
}

export function allMachines(): MachineRecord[] {
  if (!existsSync(paths.machineRecords)) return [];
  return readdirSync(paths.machineRecords)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => loadMachine(file.replace(/\.json$/, '')) ?? []);
}

export const forgetMachine = (name: string) => rmSync(fileOf(name), { force: true });
