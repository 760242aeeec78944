import type { ProcessBudget } from '../../sizing/budget.ts';
import { SYNAPSE_PORT, serviceOf } from '../layout.ts';
import type { RoutedRole } from './table.ts';

/** Who takes over from a role that the layout does not have; where nobody is named, the main process. */
const STAND_INS: Partial<Readonly<Record<RoutedRole, RoutedRole>>> = {
  federation_inbound: 'federation_reader',
};

/** The processes that answer for a role, in the budget's order; empty where that is the main process. */
export function serving(role: RoutedRole, processes: readonly ProcessBudget[]): readonly ProcessBudget[] {
  const own = processes.filter((process) => process.role === role);
  const standIn = STAND_INS[role];
  return own.length > 0 || standIn === undefined ? own : serving(standIn, processes);
}

/** Where Caddy reaches a process, on Docker's network. */
export const upstreamOf = (process: string): string => `${serviceOf(process)}:${SYNAPSE_PORT.http}`;
