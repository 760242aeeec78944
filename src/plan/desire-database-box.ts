import { parseIp } from '../address/ip.ts';
import { type EditChoices, NO_CHOICES } from '../edits/hand-edits.ts';
import { type DatabaseMeeting, renderDatabaseBox } from '../render/database-box.ts';
import { PATHS } from '../render/layout.ts';
import type { Templates } from '../render/templates.ts';
import type { DatabaseBudget } from '../sizing/budget.ts';
import { boxText, steadyBox } from './box.ts';
import { ownFile } from './desire.ts';
import type { DatabaseBoxFacts, HostFacts } from './facts.ts';
import type { Goal } from './goal.ts';

/** Every address of the machine: where the one that it is reached under is none of its own (address translation). */
const anyOf = (address: string): string => (parseIp(address)?.bits === 128 ? '::' : '0.0.0.0');

/** How the machines meet: on the one address, from the first machine's addresses of the same kind. Pure. */
export const meetingOf = (
  { reachedAs, host: box }: DatabaseBoxFacts,
  app: Pick<HostFacts, 'addresses'>,
  publicAddress: readonly string[],
): DatabaseMeeting => {
  const bits = parseIp(reachedAs)?.bits;
  return {
    reachedAs,
    listen: box.addresses.includes(reachedAs) ? reachedAs : anyOf(reachedAs),
    clients: [...app.addresses, ...publicAddress].filter((address) => parseIp(address)?.bits === bits),
  };
};

/** The second machine as it ought to be. `goal` is that of the first one. Pure. */
export const desireDatabaseBox = (
  goal: Goal,
  budget: DatabaseBudget,
  box: DatabaseBoxFacts,
  app: HostFacts,
  templates: Templates,
  choices: EditChoices = NO_CHOICES,
): Goal => {
  const desired = renderDatabaseBox(
    {
      domain: goal.answers.domain,
      budget,
      release: goal.release,
      meeting: meetingOf(box, app, goal.answers.publicAddress),
      handEdits: box.host.handEdits,
      choices,
    },
    templates,
  );
  const planned = boxText(steadyBox(box.host));
  return { ...goal, desired: { ...desired, files: [ownFile(PATHS.plannedBox, planned), ...desired.files] } };
};
