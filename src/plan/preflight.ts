import type { Facts } from './facts.ts';
import type { Goal } from './goal.ts';
import { partialBackups, scheduledBackups } from './preflight/backups.ts';
import { caa } from './preflight/caa.ts';
import { lostData, otherDeployment, unfinishedRestore, unusableData } from './preflight/data.ts';
import { elsewhere, moved } from './preflight/database.ts';
import { dockerInstallation } from './preflight/docker.ts';
import { kernel } from './preflight/kernel.ts';
import { givenKey, keyContinuity } from './preflight/key.ts';
import { busy, clock, resources, root, system } from './preflight/machine.ts';
import { dns, domain, ipv6 } from './preflight/names.ts';
import { outbound } from './preflight/outbound.ts';
import { ports } from './preflight/ports.ts';
import type { Check, Problem } from './preflight/problem.ts';
import { reach } from './preflight/reach.ts';
import { releasePath } from './preflight/release.ts';
import { secondMachine } from './preflight/second-machine.ts';

export type { Problem };

const CHECKS: readonly Check[] = [
  unfinishedRestore,
  otherDeployment,
  moved,
  lostData,
  unusableData,
  keyContinuity,
  givenKey,
  releasePath,
  root,
  system,
  kernel,
  dockerInstallation,
  resources,
  clock,
  busy,
  ports,
  outbound,
  dns,
  domain,
  caa,
  ipv6,
  reach,
  secondMachine,
  elsewhere,
  scheduledBackups,
  partialBackups,
];

/** Everything that is not as it ought to be, found in one look: what stands in the way, and what is worth a warning. Pure. */
export const preflight = (goal: Goal, facts: Facts): Problem[] =>
  CHECKS.flatMap((check) => check(goal, facts));

/** Whether the run must not begin: a server that is there already stays upgradable with what only a new one may not have. */
export const stopsRun = ({ stops }: Problem, { host }: Facts): boolean =>
  stops === 'always' || (stops === 'first' && host.storedAnswers === '');
