# Looks at the rooms that people of this server are in, and who has a say there; changes nothing. Needs postgres-client.sh
# before it. Set before: domain, server (another one, whose people are counted). Prints `MB-ROOMS [{…}]`; events as texts.
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
reach_postgres 2>/dev/null || exit 1
said=$(in_postgres psql -X -q -A -t -w -v ON_ERROR_STOP=1 -v domain="$domain" -v server="$server" -f - <<'SQL'
set default_transaction_read_only = on;
set statement_timeout = '60s';
-- From the rooms of people of this server to the state of each by an index: the state of all rooms of one type has none.
with ours as materialized (
  select room_id, count(*) as here from local_current_membership where membership = 'join' group by room_id
), administrator as (
  select room_id, json_agg(user_id order by user_id) as names
  from local_current_membership l join users u on u.name = l.user_id
  where l.membership = 'join' and u.admin = 1 and u.deactivated = 0 and not coalesce(u.locked, false) group by room_id
)
select coalesce(json_agg(json_build_object('room_id', room_id, 'name', name, 'alias', canonical_alias,
    'version', room_version, 'here', here, 'there', there, 'administrators', names, 'events', events)
  order by there desc, here desc, room_id), '[]')
from ours cross join lateral (
  select count(*) as there from current_state_events c
  where c.room_id = ours.room_id and c.type = 'm.room.member' and c.membership = 'join'
    and lower(substr(c.state_key, strpos(c.state_key, ':') + 1)) = :'server' offset 0
) counted cross join lateral (
  select json_object_agg(c.type, e.json) as events
  from current_state_events c join event_json e on e.event_id = c.event_id
  where c.room_id = ours.room_id and c.state_key = ''
    and c.type in ('m.room.create', 'm.room.power_levels', 'm.room.server_acl', 'm.room.tombstone')
) said left join rooms using (room_id) left join administrator using (room_id)
  left join room_stats_state using (room_id)
where events is not null;
SQL
) || exit 1
# Postgres breaks lines between the entries of a list.
printf 'MB-ROOMS %s\n' "$(printf '%s' "$said" | tr '\n' ' ')"
