import type { PostgresMove } from './postgres.ts';

interface Switch {
  readonly from: string;
  readonly to: string;
  readonly postgres?: PostgresMove;
}

/** What takes the place of what, by what differs: `Synapse 1.160.0`, `Postgres 17`, `Synapse 1.163.2 with Postgres 17`. */
export const switchWords = ({
  from,
  to,
  postgres,
}: Switch): { readonly old: string; readonly next: string } => {
  if (postgres === undefined) return { old: `Synapse ${from}`, next: `Synapse ${to}` };
  const database = { old: `Postgres ${postgres.from}`, next: `Postgres ${postgres.to}` };
  return from === to
    ? database
    : { old: `Synapse ${from} with ${database.old}`, next: `Synapse ${to} with ${database.next}` };
};
