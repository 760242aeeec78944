import type { Answers } from '../../answers/answers.ts';
import type { Store } from '../../answers/store.ts';
import { script } from '../../apply/script.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import type { Target } from '../../host/host.ts';
import { lookFromOutside } from '../../outside/look.ts';
import type { LookSettings } from '../../outside/settings.ts';
import type { Facts, OutsideFacts } from '../../plan/facts.ts';
import { RELEASE } from '../../releases/release.ts';
import type { Begun } from './begin.ts';
import type { Connection } from './connection.ts';
import type { DatabaseElsewhereAccess } from './database.ts';
import { createLooking, type Looking } from './first-look.ts';
import { createLooks, type Looks } from './looks.ts';
import { outsideSettings } from './outside-settings.ts';
import { factsValues } from './told.ts';

/** Whose server it is to be, how its machines are reached and seen, and how they are now. */
export interface Survey {
  readonly answers: Answers;
  readonly store: Store;
  readonly access: DatabaseElsewhereAccess;
  readonly settings: LookSettings;
  readonly lookOutside: () => Promise<OutsideFacts>;
  readonly looks: Looks;
  readonly looking: Looking;
  readonly seen: Facts;
}

/** As the connection chooses: `localhost` without a login and a port is no way to anywhere else. */
const isThisMachine = ({ host, user, port }: Target, { ssh }: InitOptions): boolean =>
  ssh === 'local' || (ssh === undefined && host === 'localhost' && user === undefined && port === undefined);

/** Looks at both machines and from outside; before a first installation at everything. */
export const survey = async (
  { machine, first, early }: Begun,
  { answers, store, access }: Pick<Survey, 'answers' | 'store' | 'access'>,
  connection: Connection,
  options: InitOptions,
  context: CommandContext,
): Promise<Survey> => {
  const { signal } = context;
  const settings = { ...outsideSettings(options), recordedKeys: await store.readSigningKeys() };
  const lookOutside = () => lookFromOutside(answers, connection.target.host, settings, signal);
  const looks = createLooks(connection, access);
  const looking = createLooking(
    first.storedAnswers === '',
    {
      answers,
      release: RELEASE,
      host: connection.host,
      databaseBox: access.box,
      isLocal: isThisMachine(connection.target, options),
      targetHost: connection.target.host,
      settings,
      makeScript: (name, variables) => script(machine, name, variables),
      signal,
    },
    lookOutside,
  );
  const box = await access.lookAtBox(signal);
  const look = await looking.all(early.take(answers));
  if (look.first !== undefined)
    connection.log.line(`before the first installation: ${JSON.stringify(look.first)}`);
  if (box) context.events.emit('facts', { role: 'database', machine: box.name, ...factsValues(box.host) });
  const seen = await looks.withDatabase({ host: first, ...look, ...(box && { databaseBox: box }) }, signal);
  return { answers, store, access, settings, lookOutside, looks, looking, seen };
};
