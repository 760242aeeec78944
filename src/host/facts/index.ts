import { Failure } from '../../errors.ts';
import type { Host } from '../host.ts';
import { backups, confd } from './backups.ts';
import {
  adminMark,
  database,
  databaseAuthority,
  databaseBorn,
  databaseCertificate,
  databaseOf,
  databaseOnDisk,
  domainHere,
  downtime,
  federationProved,
  files,
  foreignOwners,
  handEdits,
  imageLock,
  keptDatabases,
  loadedCaddyfile,
  moderationMark,
  nextImages,
  plannedBox,
  refusedBots,
  restoreMark,
  storedAnswers,
  upgradeRecord,
  validatedConfig,
} from './deployment.ts';
import { containers, databaseSharers, docker } from './docker.ts';
import type { Fact } from './fact.ts';
import { addresses, listeners, routerAdvertisements } from './network.ts';
import { packages } from './packages.ts';
import { disks, machine, os } from './system.ts';

const FACTS = {
  os,
  machine,
  disks,
  addresses,
  routerAdvertisements,
  listeners,
  packages,
  docker,
  containers,
  files,
  handEdits,
  storedAnswers,
  domainHere,
  imageLock,
  loadedCaddyfile,
  validatedConfig,
  federationProved,
  adminMark,
  moderationMark,
  refusedBots,
  databaseBorn,
  databaseOnDisk,
  keptDatabases,
  foreignOwners,
  plannedBox,
  downtime,
  restoreMark,
  backups,
  confd,
  upgradeRecord,
  nextImages,
  databaseOf,
  databaseAuthority,
  databaseCertificate,
  databaseSharers,
  database,
} satisfies Record<string, Fact<unknown>>;

export type { FileFact } from './deployment.ts';

type FactsOf<R extends Record<string, Fact<unknown>>> = {
  readonly [K in keyof R]: R[K] extends Fact<infer T> ? T : never;
};

/** All that one look at the machine tells. */
export type HostFacts = FactsOf<typeof FACTS> & {
  /** Unix seconds by the operator's clock when the look began: what `machine.clock` is compared with. */
  readonly seenAt: number;
};

/** Facts that wait for other programs; they do it beside each other. The rest takes milliseconds. */
const SLOW: ReadonlySet<string> = new Set<keyof typeof FACTS>([
  'packages',
  'docker',
  'containers',
  'loadedCaddyfile',
  'refusedBots',
  'databaseSharers',
  'database',
]);

/**
 * The one facts script: each fact runs in a subshell of its own, so that none can end or confuse another,
 * and its output travels as base64 inside one JSON document. The slow ones run beside each other and hand their output over
 * in named pipes, which need no room: in a file it could be cut off unseen where /run is full. Where none can be made they
 * run one after another.
 */
export const factsScript = (): string => {
  const all = Object.values(FACTS) as Fact<unknown>[];
  const functions = all.map((fact) => `f_${fact.name}() (\n${fact.script}\n)`);
  const run = (name: string) => `f_${name} 2>/dev/null </dev/null`;
  const slow = all.map(({ name }) => name).filter((name) => SLOW.has(name));
  // The pipe before tee takes 64 KiB (pipe(7)), so that none waits for its reader; the limit is for a reader that is gone.
  const begin = slow.map((name) => `  ${run(name)} | timeout 120 tee "$waited/${name}" >/dev/null 2>&1 &`);
  const pipes = slow.map((name) => `"$waited/${name}"`).join(' ');
  const output = (name: string) =>
    SLOW.has(name)
      ? `{ if [ -n "$waited" ]; then cat "$waited/${name}"; else ${run(name)}; fi; }`
      : run(name);
  const emit = (name: string) => `printf '"${name}":"%s",' "$(${output(name)} | base64 -w 0)"`;
  const quick = all.map(({ name }) => name).filter((name) => !SLOW.has(name));
  return [
    ...functions,
    'waited=$(mktemp -d /run/matrix-bastion-facts.XXXXXXXX 2>/dev/null) || waited=',
    `[ -z "$waited" ] || mkfifo ${pipes} 2>/dev/null || { rm -rf "$waited"; waited=; }`,
    `[ -z "$waited" ] || {\n  trap 'rm -rf "$waited"' EXIT\n${begin.join('\n')}\n}`,
    "printf '{'",
    ...quick.map(emit),
    ...slow.map(emit),
    // The last one, without a comma.
    'printf \'"end":""}\\n\'',
  ].join('\n');
};

/**
 * Understands the JSON document of the facts script. Throws when it is not whole.
 * @param seenAt Unix seconds by the operator's clock when it was asked for
 */
export const parseFacts = (document: string, seenAt: number): HostFacts => {
  const raw = JSON.parse(document) as Record<string, string>;
  const outputs = Object.fromEntries(
    Object.keys(FACTS).map((name) => {
      const encoded = raw[name];
      if (encoded === undefined) throw new Error(`the facts lack ${name}`);
      return [name, Buffer.from(encoded, 'base64').toString('utf8')];
    }),
  );
  const facts = Object.fromEntries(
    Object.entries(FACTS).map(([name, fact]) => [name, fact.parse(outputs[name] ?? '', outputs)]),
  ) as FactsOf<typeof FACTS>;
  return { ...facts, seenAt };
};

/** Looks at the machine once: one script, one round trip, nothing changed. */
export const gatherFacts = async (host: Host, signal?: AbortSignal): Promise<HostFacts> => {
  const seenAt = Date.now() / 1000;
  const result = await host.run(factsScript(), { timeout: 120_000, ...(signal ? { signal } : {}) });
  try {
    return parseFacts(result.stdout, seenAt);
  } catch (error) {
    throw new Failure({
      code: 'MB-HOST-FACTS',
      what: `${host.name} could not be read.`,
      why: `Its answer was not the expected document (${(error as Error).message}): ${result.stderr.trim().slice(0, 300)}`,
      safe: 'Nothing was changed.',
    });
  }
};
