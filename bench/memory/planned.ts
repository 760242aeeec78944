import type { Budget, BudgetPart } from '../../src/sizing/budget.ts';
import { budgetFor } from '../../src/sizing/budget-for.ts';
import type { BenchServer } from '../load/server.ts';

/** A line of the plan, and what it is called when it runs: a service of compose.yaml, or `system`. */
export interface PlannedLine {
  /** As in the budget's own lines. */
  readonly what: string;
  readonly group: string;
  readonly mib: number;
  /** Who may use the reserve for a short while: those that a large room's join passes through. */
  readonly mayBurst: boolean;
}

export interface Planned {
  readonly lines: readonly PlannedLine[];
  readonly reserve: number;
  readonly budget: Budget;
}

/** The plan as the product made it for the machine: for the box that `init` recorded there. */
export async function plannedFor({ vps, options: { tier, rooms } }: BenchServer): Promise<Planned> {
  const { stdout } = await vps.exec('cat /opt/matrix-bastion/state/box');
  const [vcpus = 0, memoryMib = 0, diskGib = 0] = stdout.trim().split(' ').map(Number);
  const sizing = budgetFor({ tier, rooms, box: { vcpus, memoryMib, diskGib } });
  if (!sizing.ok) throw new Error(sizing.what);
  return linesOf(sizing.budget);
}

/** The lines of which something runs. */
export function linesOf(budget: Budget): Planned {
  const line = (part: BudgetPart) => {
    const found = budget.lines.find((one) => one.part === part);
    if (found === undefined) throw new Error(`the plan has no line for ${part}`);
    return found;
  };
  const fixed = (['system', 'caddy', 'redis', 'postgres'] as const).map((part) => {
    const { what, mib } = line(part);
    return { what, mib, group: part, mayBurst: part === 'postgres' };
  });
  const processes = budget.processes.map((process) => ({
    what: `Synapse: ${process.name}`,
    group: process.name === 'main' ? 'synapse' : `synapse-${process.name}`,
    mib: process.mib,
    mayBurst: true,
  }));
  return { lines: [...fixed, ...processes], reserve: line('reserve').mib, budget };
}
