import type { Answers } from '../../answers/answers.ts';
import { EXIT, Failure } from '../../errors.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import type { Budget } from '../../sizing/budget.ts';
import { budgetFor } from '../../sizing/budget-for.ts';

/** MiB; a kernel update changes what it keeps for itself by a few, which must not restart the server. */
const GRAIN_MIB = 64;

/** The budget of the machine as found. @throws Failure when it is too small for any plan. */
export const budgetOf = (answers: Answers, { machine, disks }: HostFacts): Budget => {
  const sizing = budgetFor({
    tier: answers.tier,
    rooms: answers.rooms,
    box: {
      vcpus: machine.vcpus,
      memoryMib: Math.floor(machine.memoryMib / GRAIN_MIB) * GRAIN_MIB,
      diskGib: Math.floor((disks[0]?.sizeMib ?? 0) / 1024),
    },
  });
  if (sizing.ok) return sizing.budget;
  throw new Failure(
    {
      code: 'MB-HOST-MEMORY',
      what: sizing.what,
      why: sizing.why,
      fix: ['Use a larger VPS.'],
      safe: 'Nothing was changed.',
    },
    EXIT.failed,
  );
};
