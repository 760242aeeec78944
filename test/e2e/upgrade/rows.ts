import type { Upgrading } from './upgrading.ts';

/** Tables that Synapse writes to by itself within seconds, whoever does what. */
const ALWAYS_WRITTEN =
  /^(public\.)?(worker_read_write_locks|worker_locks|user_daily_visits|user_stats|devices_last_seen|user_ips|monthly_active_users|access_tokens|devices|device_lists_stream|stream_positions|instance_map|scheduled_tasks|presence_stream|cache_invalidation_stream_by_instance|sessions|users_pending_deletion)\b/;

/**
 * Rows of every table of Synapse's database, `TABLE ROWS` each; with `like` only of those that are in it.
 */
export const rowsOf = async (server: Upgrading, like?: readonly string[]): Promise<string[]> => {
  const list = await server.inside(
    `docker exec -i matrix-bastion-postgres-1 psql -X -q -A -t -U synapse -d synapse -f - <<'SQL'
select format('select %L || count(*) from only %s', name || ' ', name)
  from (select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema') tables
  order by name \\gexec
SQL`,
  );
  const rows = list.split('\n').filter((line) => !ALWAYS_WRITTEN.test(line));
  const tables = like && new Set(like.map((line) => line.split(' ')[0]));
  return tables === undefined ? rows : rows.filter((line) => tables.has(line.split(' ')[0]));
};

/** Tables that have fewer rows than before. More there may be: a release that starts is asked to do real work. */
export const fewerRows = (before: readonly string[], after: readonly string[]): string[] => {
  const rows = new Map(after.map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]));
  return before.filter((line) => (rows.get(line.split(' ')[0]) ?? -1) < Number(line.split(' ')[1]));
};
