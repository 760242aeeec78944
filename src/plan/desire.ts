import type { Answers } from '../answers/answers.ts';
import { formatAnswersFile } from '../answers/file.ts';
import { placeOf } from '../database/place.ts';
import { type EditChoices, NO_CHOICES } from '../edits/hand-edits.ts';
import type { Release } from '../releases/release.ts';
import type { RenderedFile } from '../render/desired.ts';
import { PATHS } from '../render/layout.ts';
import { render } from '../render/render.ts';
import type { Templates } from '../render/templates.ts';
import type { Budget } from '../sizing/budget.ts';
import { confdDigest } from '../steps/2-homeserver.ts';
import { boxText, steadyBox } from './box.ts';
import { ipv6Usable } from './docker-support.ts';
import type { Facts } from './facts.ts';
import { frontAddresses } from './front.ts';
import { type Consent, type Goal, NOTHING_SAID } from './goal.ts';

/**
 * Whether the domain itself points at this machine, or at the proxy before it. When the DNS does not tell (no answer is not "elsewhere"),
 * what was true before stays true: a passing fault must not take the well-known files down.
 */
export const domainPointsHere = (answers: Answers, facts: Facts): boolean => {
  if (answers.domain === answers.matrixHost) return true;
  const seen = facts.outside.names[answers.domain];
  const records = [...(seen?.a ?? []), ...(seen?.aaaa ?? [])];
  if (records.length === 0) return facts.host.domainHere.trim() === 'yes';
  const own = frontAddresses(answers, facts);
  return records.every((address) => own.includes(address));
};

/** A file that a later run reads back. */
export const ownFile = (path: string, content: string): RenderedFile => ({
  path,
  content,
  mode: 0o644,
  owner: 'root',
});

/** From answers and facts to everything that ought to be on the machine. Pure. */
export const desire = (
  answers: Answers,
  budget: Budget,
  facts: Facts,
  release: Release,
  templates: Templates,
  consent: Consent = NOTHING_SAID,
  choices: EditChoices = NO_CHOICES,
): Goal => {
  const apexHere = domainPointsHere(answers, facts);
  const database = placeOf(answers, facts.databaseBox);
  const desired = render(
    {
      answers,
      budget,
      release,
      confdDigest: confdDigest(facts.host),
      ipv6: ipv6Usable(facts.host),
      apexHere,
      database,
      handEdits: facts.host.handEdits,
      choices,
    },
    templates,
  );
  return {
    answers,
    release,
    budget,
    apexHere,
    database,
    consent,
    desired: {
      ...desired,
      files: [
        ownFile(PATHS.answers, formatAnswersFile(answers)),
        ownFile(PATHS.plannedBox, boxText(steadyBox(facts.host))),
        ownFile(PATHS.domainHere, apexHere ? 'yes\n' : 'no\n'),
        ...desired.files,
      ],
    },
  };
};
