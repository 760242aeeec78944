# Looks for rooms that were made here as successors of a room; changes nothing. Needs postgres-client.sh before it. Set
# before: domain, room (the id of the old one). Prints `MB-SUCCESSORS [{room_id, event}]`, newest first; events as texts.
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
reach_postgres 2>/dev/null || exit 1
said=$(in_postgres psql -X -q -A -t -w -v ON_ERROR_STOP=1 -v domain="$domain" -v room="$room" -f - <<'SQL'
set default_transaction_read_only = on;
set statement_timeout = '60s';
select coalesce(json_agg(json_build_object('room_id', room_id, 'event', json) order by stream_ordering desc), '[]')
from current_state_events c join event_json e using (event_id, room_id) join events using (event_id, room_id)
where c.type = 'm.room.create' and strpos(json, to_json(:'room'::text)::text) > 0
  and substr(sender, strpos(sender, ':') + 1) = :'domain';
SQL
) || exit 1
# Postgres breaks lines between the entries of a list.
printf 'MB-SUCCESSORS %s\n' "$(printf '%s' "$said" | tr '\n' ' ')"
