import { type CutOff, readCutOff, type TalkedTo } from '../people/cut-off.ts';
import { type LookHands, lookInDatabase } from './look-in-database.ts';

/** Rooms that are named; a list that is longer than that nobody reads. */
const MOST = 100;

interface Narrowing {
  /** server_name. */
  readonly domain: string;
  readonly before: TalkedTo;
  readonly after: TalkedTo;
}

/** What hangs on the servers of `before` that are not in `after`. Undefined when the database does not answer. */
export const lookAtCutOff = async (
  { domain, before, after }: Narrowing,
  hands: LookHands,
): Promise<CutOff | undefined> => {
  const variables = { domain, before: JSON.stringify(before), after: JSON.stringify(after), most: MOST };
  const seen = await lookInDatabase('look-at-cut-off.sh', variables, 'MB-CUT-OFF', hands);
  return 'silence' in seen ? undefined : readCutOff(seen.answer as Readonly<Record<string, unknown>>);
};
