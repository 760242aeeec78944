import type { Answers } from '../../answers/answers.ts';
import type { PlanOptions } from '../../cli/options.ts';
import { desire } from '../../plan/desire.ts';
import { RELEASE } from '../../releases/release.ts';
import type { Desired } from '../../render/desired.ts';
import { loadTemplates } from '../../render-io/load-templates.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget } from '../../sizing/budget.ts';
import type { Ui } from '../../ui/ui.ts';
import { octal, planJson } from './json.ts';
import { assumedFacts, assumptionsOf } from './machine.ts';
import { writeTree } from './out.ts';

interface Plan {
  readonly answers: Answers;
  readonly box: Box;
  readonly budget: Budget;
}

/** What `--out` and `--json` ask for. With `--json` stdout is the document's alone, and prose goes to stderr. */
export function produceFiles(plan: Plan, { out, json }: PlanOptions, ui: Ui): void {
  const assumptions = assumptionsOf(plan.answers);
  const desired = desiredWithoutHost(plan);
  if (out !== undefined) {
    writeTree(out, desired);
    const text = written(out, desired, assumptions);
    if (json) ui.note(text);
    else ui.print(`\n${text}`);
  }
  if (json) ui.print(planJson({ ...plan, assumptions, desired }));
}

/** What `init` would put on a machine of this size: the same code, with assumed facts in place of found ones. */
const desiredWithoutHost = ({ answers, budget, box }: Plan): Desired =>
  desire(answers, budget, assumedFacts(answers, box), RELEASE, loadTemplates()).desired;

const written = (out: string, { files }: Desired, assumptions: readonly string[]): string =>
  [
    `Written to ${out}, as the same tree with the same modes:`,
    ...files.map(({ path, mode }) => `  ${octal(mode)} ${path.slice(1)}`),
    'Assumed where init would look:',
    ...assumptions.map((assumption) => `- ${assumption}`),
    'Not in there, because it is born on the machine: secrets, the signing key, image digests (.env), the database.',
    'Owners are set on the machine, and what installs Docker depends on it.',
  ].join('\n');
