import type { Answers } from '../../src/answers/answers.ts';
import { desire } from '../../src/plan/desire.ts';
import type { Facts } from '../../src/plan/facts.ts';
import { type Consent, type Goal, NOTHING_SAID } from '../../src/plan/goal.ts';
import { sizeFor } from '../../src/plan/size.ts';
import { RELEASE } from '../../src/releases/release.ts';
import { loadTemplates } from '../../src/render-io/load-templates.ts';
import { someAnswers } from './facts.ts';

const TEMPLATES = loadTemplates();

export const goalFor = (
  facts: Facts,
  parts: Partial<Answers> = {},
  consent: Consent = NOTHING_SAID,
): Goal => {
  const answers = someAnswers(parts);
  const { machine, disks } = facts.host;
  const sizing = sizeFor(answers, {
    vcpus: machine.vcpus,
    memoryMib: machine.memoryMib,
    diskGib: (disks[0]?.sizeMib ?? 0) / 1024,
  });
  if (!sizing.ok) throw new Error(sizing.what);
  return desire(answers, sizing.budget, facts, RELEASE, TEMPLATES, consent);
};
