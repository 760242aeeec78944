# Puts one release of the server in the place of another, or takes that back: images and configuration as one unit. Runs as
# a job, so that it comes to one of its ends whatever becomes of the connection; after a power cut the same script, run
# again, goes on. Set before: action (switch|resume|back), root, home (folder of the database), from, to (Synapse's versions),
# schema (SCHEMA_VERSION of from), reversible (yes|no: used where the database cannot be asked), backup (file, or nothing),
# limit (seconds), old_major and new_major (of Postgres; nothing where it stays the same), and what new-cluster.sh,
# read-backup.sh, load-database.sh and move-database.sh need, which come before it, as does healthy.
set -u
umask 022
state=$root/state/upgrade
cd "$root" || exit 1
state_now() { cut -f 1 "$state/record" 2>/dev/null; }
# It may have come to its end since somebody saw it under way: then all is done. Going back is resumed as going back.
if [ "$action" = resume ]; then
  case $(state_now) in
    switching) ;;
    returning) action=back ;;
    *)
      echo "MB-UPGRADE-DONE 0"
      exit 0
      ;;
  esac
fi
# Nothing from an engine that hangs.
quick() { timeout 120 docker "$@"; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
# Seconds since the machine started: a clock that jumps must not end a wait before its time.
since_boot() { cut -d ' ' -f 1 /proc/uptime; }
away=0 untouched=no
record() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$from" "$to" "$schema" "${backup:--}" "$(now)" "$away" \
    "${old_major:--}" "${new_major:--}" >"$state/record.new" && mv "$state/record.new" "$state/record" && sync -f "$state"
}

# What belongs together: images, their configuration, what of it is ours, and the mark that Synapse accepted it.
UNIT='.env compose.yaml synapse/config redis/config caddy/config well-known proxy state/written state/homeserver.validated'

# keep FOLDER: a copy of the unit as it is, whole or not at all.
keep() {
  rm -rf "$1.new"
  mkdir -m 0700 "$1.new"
  for part in $UNIT; do
    [ ! -e "$part" ] || cp -a --parents "$part" "$1.new/" || return 1
  done
  sync -f "$1.new"
  rm -rf "$1"
  mv "$1.new" "$1"
}

# put FOLDER: the unit as it is there, each file whole; files of workers that are not in it go.
put() {
  [ -d "$1" ] || return 1
  (cd "$1" && find . -type f) | while IFS= read -r path; do
    # What is the same needs no room, which may be what is missing.
    ! cmp -s "$1/$path" "$path" || [ "$(stat -c '%a %u %g' "$1/$path")" != "$(stat -c '%a %u %g' "$path")" ] || continue
    mkdir -p "$(dirname "$path")"
    cp -a "$1/$path" "$path.put" && mv -f "$path.put" "$path" || exit 1
  done || return 1
  for path in synapse/config/workers/*.yaml synapse/config/start-worker.sh; do
    [ -e "$1/$path" ] || rm -f "$path" "state/written/$path" "state/writing/$path"
  done
  sync -f "$root"
}

# containers PATTERN: ids of the project's containers whose service matches.
containers() {
  quick ps -a --filter label=com.docker.compose.project=matrix-bastion --filter label=com.docker.compose.oneoff=False \
    --format '{{.ID}} {{.Label "com.docker.compose.service"}}' | awk -v pattern="^($1)\$" '$2 ~ pattern { print $1 }'
}
stop() {
  # The word splitting is meant: containers prints one id a line.
  # shellcheck disable=SC2046
  set -- $(containers "$1")
  [ $# -eq 0 ] || quick stop --time 30 "$@" >/dev/null
}
# Workers that compose.yaml does not have any more.
drop_workers() {
  wanted=$(quick compose config --services) || return 1
  quick ps -a --filter label=com.docker.compose.project=matrix-bastion --format '{{.ID}} {{.Label "com.docker.compose.service"}}' |
    while read -r id service; do
      case $service in synapse-*) printf '%s\n' "$wanted" | grep -q -x -F "$service" || quick rm -f "$id" >/dev/null ;; esac
    done
}

# red SERVICE WHY: what failed, with the container's own words.
red() {
  echo "MB-UPGRADE-RED $1: $2"
  [ "$1" = compose ] || quick logs --tail 40 "$(containers "$1")" 2>&1 | sed 's/^/| /'
  return 1
}

# answers SERVICE: until its own check passes, or it is plain that it will not.
answers() {
  id=$(containers "$1")
  [ -n "$id" ] || { red compose "there is no container of $1"; return 1; }
  restarts=$(quick inspect --format '{{.RestartCount}}' "$id")
  since=$(since_boot)
  until healthy "$id"; do
    more=$(quick inspect --format '{{.RestartCount}}' "$id")
    if [ "${more:-0}" -gt $((${restarts:-0} + 1)) ] || awk -v a="$since" -v b="$(since_boot)" -v limit="$limit" 'BEGIN { exit !(b - a >= limit) }'; then
      red "$1" "$(quick inspect --format '{{.State.Status}}, exit code {{.State.ExitCode}}, restarted {{.RestartCount}} times' "$id")"
      return 1
    fi
    sleep 0.3
  done
}

# serves VERSION: real requests to the main process, by its own Python: every image of Synapse has that.
serves() {
  said=$(quick exec -i "$(containers synapse)" python - "$1" 2>&1 <<'PYTHON'
import json, sys, urllib.request

def get(path):
    with urllib.request.urlopen("http://localhost:8008" + path, timeout=30) as answer:
        return answer.read()

get("/health")
if not json.loads(get("/_matrix/client/versions"))["versions"]:
    sys.exit("/_matrix/client/versions names none")
version = json.loads(get("/_matrix/federation/v1/version"))["server"]["version"].split(" ")[0]
if version != sys.argv[1]:
    sys.exit(f"it says that it is {version}, not {sys.argv[1]}")
PYTHON
  ) || red synapse "$(printf '%s' "$said" | tail -n 1)"
}

up() {
  said=$(timeout 900 docker compose --progress plain up --detach --quiet-pull "$@" 2>&1) && return 0
  printf '%s\n' "$said" | tail -n 20 | sed 's/^/| /'
  red compose "$(printf '%s' "$said" | tail -n 1)"
}

# start VERSION: the unit that is in place, from the stop of the old processes to the last one that answers.
start() {
  begun=${begun:-$(since_boot)}
  echo "stopping workers"
  stop 'synapse-.*' && drop_workers || return 1
  echo "starting Synapse $1"
  up synapse && answers synapse && serves "$1" || return 1
  away=$(awk -v a="$begun" -v b="$(since_boot)" 'BEGIN { printf "%.1f", b - a }')
  echo "Synapse $1 answers; starting everything else"
  # Whatever else somebody runs in this project is theirs.
  services=$(quick compose config --services | grep -E '^(postgres|redis|caddy|synapse(-.*)?)$')
  [ -n "$services" ] || { red compose "compose.yaml cannot be read"; return 1; }
  # The word splitting is meant: a service has no space in its name.
  # shellcheck disable=SC2086
  up $services || return 1
  for service in $services; do answers "$service" || return 1; done
  if printf '%s\n' "$services" | grep -q -x caddy; then
    said=$(quick compose exec -T caddy caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile \
      --address unix//run/caddy/admin.sock 2>&1 </dev/null) || red caddy "$(printf '%s' "$said" | tail -n 1)" || return 1
  fi
}

ask() { quick exec -i "$postgres" psql -X -q -A -t -U synapse -d synapse -c "$1" </dev/null; }

# Notes down which database it is: one that was made anew has another identifier.
identify() {
  postgres=$(containers postgres)
  printf '%s %s\n' "$(ask 'select system_identifier from pg_control_system()')" "$(major_of "$home/cluster")" >"$root/state/database.born.new"
  mv "$root/state/database.born.new" "$root/state/database.born"
}

# Whether from can run on the database as it is: Synapse refuses one whose compat_version is above its own schema.
in_window() {
  postgres=$(containers postgres)
  if [ -z "$postgres" ]; then
    [ "$reversible" = yes ]
    return
  fi
  up postgres && answers postgres
  compat=$(ask 'select compat_version from schema_compat_version')
  # No answer is no reason to take a database away.
  case $compat in '' | *[!0-9]*) [ "$reversible" = yes ] ;; *) [ "$compat" -le "$schema" ] ;; esac
}

# The database of the backup in the place of the one that from cannot run on; that one is kept beside it.
restore_database() {
  [ -s "$backup" ] || { why="there is no backup" && return 1; }
  echo "restoring the database of $backup"
  file=$backup identity=
  image=$(sed -n 's/^POSTGRES_IMAGE=//p' "$state/before/.env")
  rm -rf "$home"/.restore.*
  work=$(mktemp -d "$home/.restore.XXXXXX") || return 1
  chmod 0711 "$work"
  why="initdb failed"
  load_cluster "$work/cluster" || { rm -rf "$work" && return 1; }
  sync -f "$work"
  stop postgres
  aside=$home/cluster.$(date -u +%Y%m%dT%H%M%SZ)
  mv -T "$home/cluster" "$aside" && mv -T "$work/cluster" "$home/cluster" || return 1
  rm -rf "$work"
  sync -f "$home"
  up postgres && answers postgres || return 1
  identify
  echo "MB-UPGRADE-RESTORED $aside"
}

# The database of the newer Postgres into the place of the older one's, while nothing serves.
move() {
  [ "$(major_of "$home/cluster")" != "$new_major" ] || return 0
  old_image=$(sed -n 's/^POSTGRES_IMAGE=//p' "$state/before/.env")
  new_image=$(sed -n 's/^POSTGRES_IMAGE=//p' "$state/next/.env")
  if ! prepare_move; then
    echo "MB-UPGRADE-RED database: $why"
    # Nothing was stopped: whoever serves goes on.
    [ ! -e "$home/cluster" ] || ! serves "$from" >/dev/null || untouched=yes
    return 1
  fi
  begun=${begun:-$(since_boot)}
  echo "stopping Synapse for the move from Postgres $old_major to $new_major"
  stop 'synapse(-.*)?' && stop postgres || { red compose 'the containers do not stop'; return 1; }
  move_database || { echo "MB-UPGRADE-RED database: $why" && return 1; }
}

# The database of the older Postgres in its place again, with the unit that goes with it.
move_back() {
  stop postgres
  served=$(major_of "$home/cluster")
  bring_old_database || return 1
  why="$state/before cannot be put in its place"
  put "$state/before" || return 1
  # Where it was interrupted in here, only the action tells that the other one served.
  [ "$served" = "$new_major" ] || [ "$action" = back ] || return 0
  why="Postgres $old_major does not come up"
  up postgres && answers postgres || return 1
  identify
  # Some were given out since by the other database: given out twice they break decryption (Synapse's manual, "How to back up").
  ask 'truncate e2e_one_time_keys_json' >/dev/null
}

# back STATE: the unit as it was before, with the database that goes with it.
back() {
  why=
  if [ "$untouched" = yes ]; then
    record "$1"
    rm -rf "$state/next"
    return
  fi
  begun=${begun:-$(since_boot)}
  echo "putting Synapse $from back"
  stop 'synapse(-.*)?'
  if moves; then
    move_back || { echo "MB-UPGRADE-STUCK $why" && exit 2; }
  else
    in_window || restore_database || { echo "MB-UPGRADE-STUCK the database is too new for Synapse $from, and $why" && exit 2; }
  fi
  put "$state/before" && start "$from" || { echo "MB-UPGRADE-STUCK Synapse $from does not come up either" && exit 2; }
  record "$1"
  rm -rf "$state/next"
}

# Until this upgrade is done, the one before it can still be taken back: what it needs waits in earlier.
set_aside() {
  rm -rf "$state/earlier"
  mkdir -m 0700 "$state/earlier"
  cp "$state/record" "$state/earlier/record" && mv -T "$state/before" "$state/earlier/before"
}
bring_back() {
  [ -d "$state/earlier/before" ] || return 0
  rm -rf "$state/before"
  mv -T "$state/earlier/before" "$state/before"
  mv "$state/earlier/record" "$state/record"
  rm -rf "$state/earlier"
  sync -f "$state"
}
[ "$(state_now)" = switching ] || [ -d "$state/before" ] || bring_back

if [ "$action" = back ]; then
  record returning
  back rolled-back
  echo "MB-UPGRADE-BACK $away"
  exit 0
fi

# Interrupted while switching, what was before is kept already.
if [ "$(state_now)" != switching ]; then
  [ -d "$state/next" ] || { echo "there is no release to put in place" && exit 1; }
  keep "$state/present" || exit 1
  [ "$(state_now)" != 'done' ] || set_aside || exit 1
  rm -rf "$state/before"
  mv -T "$state/present" "$state/before"
  record switching
fi
if { ! moves || move; } && put "$state/next" && start "$to"; then
  ! moves || identify
  record 'done'
  rm -rf "$state/next" "$state/earlier"
  echo "MB-UPGRADE-DONE $away"
  exit 0
fi
back reverted
bring_back
echo "MB-UPGRADE-REVERTED $away"
exit 1
