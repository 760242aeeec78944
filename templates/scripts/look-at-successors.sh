# Looks for rooms that were made here as successors of a room; changes nothing. Needs postgres-client.sh before it. Set
# before: domain, room (the id of the old one). Prints `MB-SUCCESSORS [{room_id, event}]`, newest first; events as texts.
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
reach_postgres 2>/dev/null || exit 1
said=$(in_postgres psql -X -q -A -t -w -v ON_ERROR_STOP=1 -v domain="$domain" -v room="$room" -f - <<'SQL'
set default_transaction_read_only = on;
set statement_timeout = '60s';
-- From the rooms, of which there are few, to the one event of each by an index: events of one type have none.
with made as materialized (
  select room_id from rooms where right(creator, length(:'domain') + 1) = ':' || :'domain'
), first as (
  select made.room_id, e.stream_ordering, j.json from made cross join lateral (
    select event_id from current_state_events c
    where c.room_id = made.room_id and c.type = 'm.room.create' and c.state_key = '' limit 1
  ) c join event_json j using (event_id) join events e using (event_id)
)
select coalesce(json_agg(json_build_object('room_id', room_id, 'event', json) order by stream_ordering desc), '[]')
from first where strpos(json, to_json(:'room'::text)::text) > 0;
SQL
) || exit 1
# Postgres breaks lines between the entries of a list.
printf 'MB-SUCCESSORS %s\n' "$(printf '%s' "$said" | tr '\n' ' ')"
