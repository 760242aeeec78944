import { readFileSync } from 'node:fs';
import type { Vps } from '../../test/world/index.ts';

const SCRIPT = readFileSync(new URL('./processes.pl', import.meta.url), 'utf8');
/** `getconf CLK_TCK` on every Linux that Debian and Ubuntu ship. */
const TICKS_PER_SECOND = 100;

/** A process; memory in KiB. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly peak: number;
  readonly pageTables: number;
  readonly file: number;
  readonly anonymous: number;
  readonly shared: number;
  readonly cpuSeconds: number;
  readonly command: string;
}

/** What one service (or the system) uses; memory in MiB. */
export interface Usage {
  /**
   * Anonymous and shared memory, each page once; page tables; and mapped files, once per program. So n backends of
   * Postgres count the shared buffers once, and seven shims their binary once.
   */
  readonly mib: number;
  /** The largest process's own high-water mark, with its page tables. */
  readonly highWater: number;
  readonly processes: number;
  readonly cpuSeconds: number;
}

/** By service of compose.yaml; everything outside of containers is `system`. */
export type Usages = Readonly<Record<string, Usage>>;

function parse(text: string): Process[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [pid, parent, name = '', peak, pageTables, file, anonymous, shared, ticks, command = ''] =
        line.split('\t');
      return {
        pid: Number(pid),
        parent: Number(parent),
        name,
        peak: Number(peak),
        pageTables: Number(pageTables),
        file: Number(file),
        anonymous: Number(anonymous),
        shared: Number(shared),
        cpuSeconds: Number(ticks) / TICKS_PER_SECOND,
        command,
      };
    });
}

function usage(processes: readonly Process[]): Usage {
  const files = new Map<string, number>();
  for (const { name, file } of processes) files.set(name, Math.max(files.get(name) ?? 0, file));
  const own = processes.map(({ anonymous, shared, pageTables }) => anonymous + shared + pageTables);
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
  return {
    mib: (sum(own) + sum(files.values())) / 1024,
    highWater: Math.max(0, ...processes.map(({ peak, pageTables }) => peak + pageTables)) / 1024,
    processes: processes.length,
    cpuSeconds: sum(processes.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

/** Looks at every process of a machine once: some 20 ms of it. */
export async function usages(vps: Vps): Promise<Usages> {
  const list = await vps.exec(
    `docker ps --no-trunc --format '{{.ID}} {{.Label "com.docker.compose.service"}}'; echo; exec perl -`,
    { input: SCRIPT },
  );
  const [containers = '', table = ''] = list.stdout.split(/^\n/m);
  const services = new Map(containers.split('\n').map((line) => line.split(' ', 2) as [string, string]));
  const processes = parse(table);
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const groups = new Map<string, Process[]>();
  for (const process of processes) {
    const group = groupOf(process, byPid, services);
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), process]);
  }
  return Object.fromEntries([...groups].map(([group, members]) => [group, usage(members)]));
}

/** A shim's child is a container. What hangs below neither a shim nor init is our own look (parent 0: from outside). */
function groupOf(
  process: Process,
  byPid: ReadonlyMap<number, Process>,
  services: ReadonlyMap<string, string>,
): string | undefined {
  if (process.pid === 1) return 'system';
  for (let one: Process | undefined = process; one !== undefined; one = byPid.get(one.parent)) {
    const parent = byPid.get(one.parent);
    if (one.pid === 1) return 'system';
    if (parent === undefined) return undefined;
    if (parent.name === 'containerd-shim') {
      const id = /-id ([0-9a-f]{64})/.exec(parent.command)?.[1] ?? '';
      return services.get(id) ?? 'system';
    }
  }
  return undefined;
}
