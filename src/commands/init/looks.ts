import { gatherFacts } from '../../host/facts/index.ts';
import { summaryOf } from '../../host/facts/summary.ts';
import type { Facts } from '../../plan/facts.ts';
import type { Connection } from './connection.ts';
import type { DatabaseElsewhereAccess } from './database.ts';

/** Ways to see again what may have changed; what was not looked at stays as it was. */
export interface Looks {
  /** The database as it is from the first machine. */
  withDatabase(facts: Facts, signal: AbortSignal): Promise<Facts>;
  atApp(facts: Facts, signal: AbortSignal): Promise<Facts>;
  atDatabaseBox(facts: Facts, signal: AbortSignal): Promise<Facts>;
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
  };
};
