import type { Facts } from './facts.ts';
import type { Goal } from './goal.ts';
import { lostData, newerServer, otherDeployment, unfinishedRestore } from './preflight/data.ts';
import { elsewhere, moved } from './preflight/database.ts';
import { dockerInstallation } from './preflight/docker.ts';
import { clock, resources, root, system } from './preflight/machine.ts';
import { dns } from './preflight/names.ts';
import { ports } from './preflight/ports.ts';
import type { Check, Problem } from './preflight/problem.ts';
import { secondMachine } from './preflight/second-machine.ts';

export type { Problem };

const CHECKS: readonly Check[] = [
  unfinishedRestore,
  otherDeployment,
  moved,
  lostData,
  newerServer,
  root,
  system,
  dockerInstallation,
  resources,
  clock,
  ports,
  dns,
  secondMachine,
  elsewhere,
];

/** Everything that stands in the way, found in one look; empty when the run may begin. Pure. */
export const preflight = (goal: Goal, facts: Facts): Problem[] =>
  CHECKS.flatMap((check) => check(goal, facts));
