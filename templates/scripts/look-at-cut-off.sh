# Looks which rooms and invitations hang on other servers; changes nothing. Needs postgres-client.sh before it. Set before:
# domain, before and after (JSON: names of the servers that are talked to, null for all of them), most (rooms that are
# named). Counted are servers of before that are not in after. Prints `MB-CUT-OFF {…}`.
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
reach_postgres 2>/dev/null || exit 1
said=$(in_postgres psql -X -q -A -t -w -v ON_ERROR_STOP=1 -v domain="$domain" -v before="$before" -v after="$after" \
  -v most="$most" -f - <<'SQL'
set default_transaction_read_only = on;
set statement_timeout = '60s';
with member as (
  select room_id, state_key as user_id, membership, substr(state_key, strpos(state_key, ':') + 1) as server
  from current_state_events where type = 'm.room.member' and membership in ('join', 'invite')
), here as (
  select room_id, count(*) as here from member where membership = 'join' and server = :'domain' group by room_id
), away as (
  select server from (
    select server from member
    union select substr(m.sender, strpos(m.sender, ':') + 1)
    from local_current_membership l join room_memberships m on m.event_id = l.event_id where l.membership = 'invite'
  ) every_one
  where server <> :'domain' and (:'before'::jsonb = 'null' or :'before'::jsonb ? lower(server))
  and not :'after'::jsonb ? lower(server)
), lost as (
  select room_id, server, count(*) as people, min(user_id) as somebody
  from member join here using (room_id) join away using (server) where membership = 'join' group by room_id, server
), rooms as (
  select room_id, here, sum(people) as people, count(*) as servers, min(somebody) as somebody,
    (array_agg(server order by people desc, server))[1:3] as largest
  from lost join here using (room_id) group by room_id, here
)
select json_build_object(
  'rooms', (select count(*) from rooms),
  'servers', (select count(distinct server) from lost),
  'largest', (select coalesce(json_agg(l), '[]') from
    (select server, count(*) as rooms from lost group by server order by rooms desc, server limit 10) l),
  'named', (select coalesce(json_agg(n), '[]') from
    (select room_id, name, canonical_alias as alias, here, people, servers, somebody, largest
     from rooms left join room_stats_state using (room_id)
     order by here desc, people desc, room_id limit :'most'::int) n),
  'invited_here', (select count(*) from local_current_membership l join room_memberships m on m.event_id = l.event_id
    join away on away.server = substr(m.sender, strpos(m.sender, ':') + 1) where l.membership = 'invite'),
  'invited_away', (select count(*) from member join here using (room_id) join away using (server)
    where membership = 'invite'));
SQL
) || exit 1
# Postgres breaks lines between the entries of a list.
printf 'MB-CUT-OFF %s\n' "$(printf '%s' "$said" | tr '\n' ' ')"
