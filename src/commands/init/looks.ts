import type { Answers } from '../../answers/answers.ts';
import { loadScripts } from '../../apply/load-scripts.ts';
import { lookAtCutOff } from '../../apply/look-at-cut-off.ts';
import { gatherFacts } from '../../host/facts/index.ts';
import { summaryOf } from '../../host/facts/summary.ts';
import { isNarrower, talkedTo } from '../../people/cut-off.ts';
import type { Facts } from '../../plan/facts.ts';
import type { Connection } from './connection.ts';
import type { DatabaseElsewhereAccess } from './database.ts';
import { opennessNow, opennessOf } from './openness.ts';

/** Ways to see again what may have changed; what was not looked at stays as it was. */
export interface Looks {
  /** The database as it is from the first machine. */
  withDatabase(facts: Facts, signal: AbortSignal): Promise<Facts>;
  atApp(facts: Facts, signal: AbortSignal): Promise<Facts>;
  atDatabaseBox(facts: Facts, signal: AbortSignal): Promise<Facts>;
  /** With what is cut off, where these answers narrow federation. */
  withNarrowing(facts: Facts, answers: Answers, signal: AbortSignal): Promise<Facts>;
}

export const createLooks = ({ host, log }: Connection, access: DatabaseElsewhereAccess): Looks => {
  const withDatabase = async (facts: Facts, signal: AbortSignal): Promise<Facts> => {
    const database = await access.look(facts.host, facts.databaseBox, signal);
    return database === undefined ? facts : { ...facts, database };
  };
  return {
    withDatabase,
    async atApp(facts, signal) {
      const found = await gatherFacts(host, signal);
      log.line(`facts: ${summaryOf(found)}`);
      return withDatabase({ ...facts, host: found }, signal);
    },
    async atDatabaseBox(facts, signal) {
      const databaseBox = await access.lookAtBox(signal);
      return databaseBox === undefined ? facts : { ...facts, databaseBox };
    },
    async withNarrowing(facts, answers, signal) {
      const before = opennessNow(facts.host);
      const [was, becomes] = [before && talkedTo(before), talkedTo(opennessOf(answers))];
      if (was === undefined || !isNarrower(was, becomes)) return facts;
      const seen = await lookAtCutOff(
        { domain: answers.domain, before: was, after: becomes },
        { host, scripts: loadScripts(), signal, facts: facts.host },
      );
      return { ...facts, narrowing: seen === undefined ? {} : { seen } };
    },
  };
};
