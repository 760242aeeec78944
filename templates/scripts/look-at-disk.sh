# Looks what takes the space on a machine; changes nothing. Needs postgres-client.sh before it. Set before: root, media
# (folder), places (folders of backups, words), ours (names of images, words), before (milliseconds since 1970: media of
# other servers that nobody has looked at since), growth (file of earlier looks). Sizes in bytes.
set -u
export LC_ALL=C
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
size() { du -s -B 1 -- "$1" 2>/dev/null | cut -f 1; }
df -Pk "$root" | tail -n 1 | { read -r _ total used free _ && echo "DISK $((total * 1024)) $((used * 1024)) $((free * 1024))"; }
for kind in local_content local_thumbnails remote_content remote_thumbnail url_cache; do
  [ ! -d "$media/$kind" ] || echo "MEDIA $kind $(size "$media/$kind")"
done
# shellcheck disable=SC2086
for place in $places; do
  [ ! -d "$place" ] || echo "BACKUPS $(size "$place") $place"
done
[ ! -d "$root/postgres/data" ] || echo "CLUSTER $(size "$root/postgres/data")"
[ ! -d /var/log/journal ] || echo "JOURNAL $(size /var/log/journal)"
[ ! -d /var/cache/apt/archives ] || echo "PACKAGES $(size /var/cache/apt/archives)"
used=$(docker ps -aq --no-trunc 2>/dev/null | xargs -r docker inspect --format '{{.Image}}' 2>/dev/null)
docker image ls -q --no-trunc 2>/dev/null | sort -u | while read -r image; do
  ! printf '%s\n' "$used" | grep -qxF "$image" || continue
  names=$(docker image inspect --format '{{join .RepoTags " "}} {{join .RepoDigests " "}}' "$image" 2>/dev/null)
  # shellcheck disable=SC2086
  for one in $ours; do
    case " $names" in
      *" $one:"* | *" $one@"*)
        echo "IMAGE $(docker image inspect --format '{{.Size}}' "$image") $image ${names%% *}"
        break
        ;;
    esac
  done
done
docker ps -aq --filter label=com.docker.compose.project=matrix-bastion 2>/dev/null |
  xargs -r docker inspect --format '{{.LogPath}}' 2>/dev/null | xargs -r du -c -B 1 2>/dev/null | tail -n 1 |
  { read -r logs _ && echo "LOGS $logs"; }
# Only with its last line, ANSWERED, the database has said everything; why it has not is SILENT. STALE is what Synapse would
# purge, without media that are quarantined (storage/databases/main/media_repository.py, get_remote_media_ids).
if reach_postgres 2>/dev/null; then
  in_postgres psql -X -q -A -t -F ' ' -w -v ON_ERROR_STOP=1 -v before="$before" -f - \
    2>"$work/silent" <<'SQL' || echo "SILENT $(tail -n 1 "$work/silent")"
set default_transaction_read_only = on;
set statement_timeout = '60s';
select 'DATABASE', pg_database_size(current_database());
select 'TABLE', pg_total_relation_size(c.oid), c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  order by pg_total_relation_size(c.oid) desc limit 6;
select 'STATE', coalesce(sum(pg_total_relation_size(to_regclass(name))), 0)
  from unnest(array['state_groups', 'state_groups_state', 'state_group_edges']) as name;
select 'STALE', count(*), coalesce(sum(media_length), 0) from remote_media_cache
  where last_access_ts < :'before'::bigint and quarantined_by is null;
select 'EMPTY', count(*) from rooms r where not exists
  (select 1 from local_current_membership l where l.room_id = r.room_id and l.membership in ('join', 'invite', 'knock'));
select 'ANSWERED';
SQL
fi
[ ! -f "$root/state/backup.last" ] || sed 's/^/LAST /' "$root/state/backup.last"
[ ! -f "$growth" ] || tail -n 400 "$growth" | sed 's/^/NOTED /'
true
