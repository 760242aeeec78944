import type { Answers } from '../../answers/answers.ts';
import type { Desired } from '../../render/desired.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget, DatabaseBudget } from '../../sizing/budget.ts';
import { plannedMib } from './budget.ts';
import { sha256 } from './out.ts';

/** Raised when a key is taken away or means something else; new keys do not raise it. */
const FORMAT = 1;

export interface PlanDocument {
  readonly answers: Answers;
  readonly box: Box;
  readonly budget: Budget;
  readonly assumptions: readonly string[];
  readonly desired: Desired;
  /** The second machine's budget and files. */
  readonly databaseBox?: DatabaseBudget;
  readonly second?: Desired;
}

/** The plan as JSON: the same input gives the same bytes. Sizes say their unit in their name or are MiB. */
export function planJson(document: PlanDocument): string {
  const { answers, box, budget, assumptions, desired, databaseBox, second } = document;
  const { domain, matrixHost, tier, rooms } = answers;
  const { lines, processes, layout, postgres, redis, diskForecast, remoteRoomComplexity, presence } = budget;
  return JSON.stringify(
    {
      format: FORMAT,
      domain,
      matrixHost,
      tier,
      rooms,
      box: { vcpus: box.vcpus, memoryMib: budget.box, diskGib: box.diskGib },
      budget: {
        plannedMib: plannedMib(budget),
        sumMib: lines.reduce((sum, { mib }) => sum + mib, 0),
        lines,
        processes,
        postgres,
        redisMib: redis,
        remoteRoomComplexity,
        presence,
      },
      layout,
      diskForecast,
      assumptions,
      files: filesJson(desired),
      ...(databaseBox && second && { databaseBox: { budget: databaseBox, files: filesJson(second) } }),
      notes: budget.notes,
    },
    undefined,
    2,
  );
}

const filesJson = ({ files }: Desired) =>
  files.map(({ path, content, mode, owner, group }) => ({
    path,
    mode: octal(mode),
    owner,
    group: group ?? owner,
    sha256: sha256(content),
  }));

/** `0640` */
export const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
