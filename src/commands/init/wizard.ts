import { BACK, completeByAsking } from '../../answers/complete.ts';
import { type AnswerFacts, flagName, type Question } from '../../answers/question.ts';
import { usualClientHost } from '../../answers/questions/client-host.ts';
import { QUESTION_LIST } from '../../answers/questions/index.ts';
import type { RawAnswers } from '../../answers/raw.ts';
import type { AnswerInputs, Resolution } from '../../answers/resolve.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { shellWords } from '../../cli/shell-words.ts';
import { type Addresses, lookupAddresses } from '../../federation/lookup.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import { steadyBox } from '../../plan/box.ts';
import { foreignWebServer } from '../../plan/web-server.ts';
import {
  apexMeaning,
  boxLine,
  budgetLine,
  domainMeaning,
  effectOf,
  leadsTo,
  withoutMatrix,
} from './wizard-texts.ts';

/** A name server that does not answer must not hold up a person. */
const LOOKUP_MS = 3000;

interface Surroundings {
  readonly options: InitOptions;
  readonly context: CommandContext;
  readonly facts: HostFacts;
}

/**
 * The questions as a person meets them: what each answer means is said at once, `<` goes back, and a summary can
 * be changed line by line before anything happens.
 */
export const askInWizard = async (
  given: AnswerInputs,
  { options, context, facts }: Surroundings,
): Promise<Resolution> => {
  // Agreed to unseen, nobody's web server is taken for a proxy: then it is refused, with the offer.
  const webServer = options.yes ? undefined : foreignWebServer(facts);
  const inputs = { ...given, facts: { ...given.facts, ...(webServer && { webServer }) } };
  const { createPrompts } = await import('../../answers/prompt.ts');
  const box = steadyBox(facts);
  let typed: RawAnswers = {};
  const prompts = createPrompts({
    resume: () => [context.resume, ...typedFlags(typed)].join(' '),
    signal: context.signal,
    plain: context.ui.plain,
    effect: (question, value, known) => effectOf(question.id, { ...known, [question.id]: value }, box),
  });
  const said = new Set<string>();
  const say = (line: string | undefined): void => {
    if (line === undefined || said.has(line)) return;
    said.add(line);
    context.ui.say(line);
  };
  const seen = new Map<string, Promise<Addresses>>();
  const addressesOf = (name: string): Promise<Addresses> => {
    const look = { ...(options.dns.length > 0 && { dns: options.dns }), timeout: LOOKUP_MS };
    const looking = seen.get(name) ?? lookupAddresses(name, { ...look, signal: context.signal });
    seen.set(name, looking);
    return looking;
  };
  const ownAddresses = ({ values }: Resolution): readonly string[] => [
    ...facts.addresses,
    ...(values.publicAddress ?? []),
  ];
  /** A name that was made for a web client is wanted for one. */
  const look = async (resolution: Resolution): Promise<AnswerFacts> => {
    const { values, origins } = resolution;
    if (options.yes || values.domain === undefined || origins.client?.origin !== 'default') return {};
    const name = usualClientHost(values.domain);
    if (!leadsTo(ownAddresses(resolution), await addressesOf(name))) return {};
    say(`${name} points at this machine: it will serve Element there, for browsers.`);
    return { clientName: name };
  };
  let askedAboutMatrix = false;
  const ask = async (question: Question, about: Parameters<typeof prompts.ask>[1]): Promise<string> => {
    say(`Enter takes the answer that is offered, ${BACK} goes back, Ctrl-C stops and keeps what you typed.`);
    if (question.id === 'tier') say(boxLine(box));
    const text = await prompts.ask(question, about);
    const meant = question.id === 'domain' ? withoutMatrix(text) : undefined;
    if (meant === undefined || askedAboutMatrix) return text;
    askedAboutMatrix = true;
    say(
      `With ${meant.given} users would be called @you:${meant.given}. The server can be reached under that name while users are called @you:${meant.domain}.`,
    );
    const shorter = await prompts.confirm(`Take ${meant.domain} for the names of users?`, true);
    return shorter ? meant.domain : text;
  };
  const answered = async (question: Question, resolution: Resolution): Promise<void> => {
    const { values, notes } = resolution;
    for (const note of notes) say(note);
    if (question.id === 'domain' && values.domain !== undefined) {
      say(domainMeaning(values.domain));
      // Both at once: where the name servers do not answer, that is waited for once.
      void addressesOf(usualClientHost(values.domain));
      say(apexMeaning(values.domain, await addressesOf(values.domain), ownAddresses(resolution)));
    }
    if (question.id === 'rooms') context.ui.say(budgetLine(values, box) ?? '');
  };
  const resolution = await completeByAsking(inputs, ask, {
    acceptDefaults: options.yes,
    look,
    answered,
    typed: (now) => {
      typed = now;
    },
    review: (lines, { values }) => {
      context.ui.say(`\n${budgetLine(values, box) ?? ''}`);
      return prompts.review(lines);
    },
  });
  for (const note of resolution.notes) say(note);
  return resolution;
};

/** What was typed as flags, quoted for a shell: the answers of a wizard that was left. */
const typedFlags = (typed: RawAnswers): readonly string[] =>
  QUESTION_LIST.flatMap((question) => {
    const text = typed[question.id];
    return typeof text === 'string' ? [shellWords([flagName(question), text.trim()])] : [];
  });
