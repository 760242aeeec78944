# Looks at the rooms that people of this server are in, and who has a say there; changes nothing. Needs postgres-client.sh
# before it. Set before: domain, server (another one, whose people are counted). Prints `MB-ROOMS [{…}]`; events as texts.
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
reach_postgres 2>/dev/null || exit 1
said=$(in_postgres psql -X -q -A -t -w -v ON_ERROR_STOP=1 -v domain="$domain" -v server="$server" -f - <<'SQL'
set default_transaction_read_only = on;
set statement_timeout = '60s';
with member as (
  select room_id, substr(state_key, strpos(state_key, ':') + 1) as server
  from current_state_events where type = 'm.room.member' and membership = 'join'
), counted as (
  select room_id, count(*) filter (where server = :'domain') as here,
    count(*) filter (where lower(server) = :'server') as there
  from member group by room_id
), administrator as (
  select room_id, json_agg(user_id order by user_id) as names
  from local_current_membership l join users u on u.name = l.user_id
  where l.membership = 'join' and u.admin = 1 and u.deactivated = 0 and not coalesce(u.locked, false) group by room_id
), said as (
  select c.room_id, json_object_agg(c.type, e.json) as events
  from current_state_events c join event_json e on e.event_id = c.event_id
  where c.state_key = '' and c.type in ('m.room.create', 'm.room.power_levels', 'm.room.server_acl', 'm.room.tombstone')
  group by c.room_id
)
select coalesce(json_agg(json_build_object('room_id', room_id, 'name', name, 'alias', canonical_alias,
    'version', room_version, 'here', here, 'there', there, 'administrators', names, 'events', events)
  order by there desc, here desc, room_id), '[]')
from counted join said using (room_id) left join rooms using (room_id) left join administrator using (room_id)
  left join room_stats_state using (room_id)
where here > 0;
SQL
) || exit 1
# Postgres breaks lines between the entries of a list.
printf 'MB-ROOMS %s\n' "$(printf '%s' "$said" | tr '\n' ' ')"
