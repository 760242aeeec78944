import type { Answers } from '../../answers/answers.ts';
import type { PlanOptions } from '../../cli/options.ts';
import { desire } from '../../plan/desire.ts';
import { desireDatabaseBox } from '../../plan/desire-database-box.ts';
import { RELEASE } from '../../releases/release.ts';
import type { Desired } from '../../render/desired.ts';
import { loadTemplates } from '../../render-io/load-templates.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget, DatabaseBudget } from '../../sizing/budget.ts';
import type { Ui } from '../../ui/ui.ts';
import { octal, planJson } from './json.ts';
import { assumedFacts, assumptionsOf } from './machine.ts';
import { writeTree } from './out.ts';

interface Plan {
  readonly answers: Answers;
  readonly box: Box;
  readonly budget: Budget;
  /** Of the second machine. */
  readonly databaseBox?: DatabaseBudget;
}

/** The folder of `--out` that has the second machine's tree. */
const SECOND = '/database-machine';

/** What `--out` and `--json` ask for. With `--json` stdout is the document's alone, and prose goes to stderr. */
export function produceFiles(plan: Plan, { out, json }: PlanOptions, ui: Ui): void {
  const assumptions = assumptionsOf(plan.answers);
  const desired = desiredWithoutHost(plan);
  const second = secondWithoutHost(plan);
  if (out !== undefined) {
    const both = withSecond(desired, second);
    writeTree(out, both);
    const text = written(out, both, assumptions);
    if (json) ui.note(text);
    else ui.print(`\n${text}`);
  }
  if (json) ui.print(planJson({ ...plan, assumptions, desired, ...(second && { second }) }));
}

/** What `init` would put on a machine of this size: the same code, with assumed facts in place of found ones. */
const desiredWithoutHost = ({ answers, budget, box }: Plan): Desired =>
  desire(answers, budget, assumedFacts(answers, box), RELEASE, loadTemplates()).desired;

const secondWithoutHost = ({ answers, budget, databaseBox, box }: Plan): Desired | undefined => {
  const facts = assumedFacts(answers, box);
  if (databaseBox === undefined || facts.databaseBox === undefined) return undefined;
  const templates = loadTemplates();
  const goal = desire(answers, budget, facts, RELEASE, templates);
  return desireDatabaseBox(goal, databaseBox, facts.databaseBox, facts.host, templates).desired;
};

type Tree = Pick<Desired, 'files' | 'directories'>;

/** Both trees side by side: the second machine's below a folder of its own. */
const withSecond = (first: Tree, second: Tree | undefined): Tree => {
  const moved = <T extends { readonly path: string }>(entries: readonly T[] = []): T[] =>
    entries.map((entry) => ({ ...entry, path: `${SECOND}${entry.path}` }));
  return {
    files: [...first.files, ...moved(second?.files)],
    directories: [...first.directories, ...moved(second?.directories)],
  };
};

const written = (out: string, { files }: Tree, assumptions: readonly string[]): string =>
  [
    `Written to ${out}, as the same tree with the same modes:`,
    ...files.map(({ path, mode }) => `  ${octal(mode)} ${path.slice(1)}`),
    'Assumed where init would look:',
    ...assumptions.map((assumption) => `- ${assumption}`),
    'Not in there, because it is born on the machine: secrets, the signing key, image digests (.env), the database.',
    'Owners are set on the machine, and what installs Docker depends on it.',
  ].join('\n');
