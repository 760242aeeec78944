import type { Answers } from '../../answers/answers.ts';
import type { Desired } from '../../render/desired.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget } from '../../sizing/budget.ts';
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
}

/** The plan as JSON: the same input gives the same bytes. Sizes say their unit in their name or are MiB. */
export function planJson({ answers, box, budget, assumptions, desired }: PlanDocument): string {
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
      files: desired.files.map(({ path, content, mode, owner, group }) => ({
        path,
        mode: octal(mode),
        owner,
        group: group ?? owner,
        sha256: sha256(content),
      })),
      notes: budget.notes,
    },
    undefined,
    2,
  );
}

/** `0640` */
export const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
