# Puts one release of the server in the place of another, or takes that back: images and configuration as one unit. Runs as
# a job, so that it comes to one of its ends whatever becomes of the connection; after a power cut the same script, run
# again, goes on: the machine itself does that when it starts. Set before: action (switch|resume|back), root, home (folder of
# the database), from, to (Synapse's versions), schema (SCHEMA_VERSION of from), reversible (yes|no: used where the database
# cannot be asked), backup (file, or nothing), limit (seconds), memory (a folder in memory), unit (of systemd, for the start
# of the machine), old_major and new_major (of Postgres; nothing where it stays the same), parts (what
# belongs together, below root), and what new-cluster.sh, read-backup.sh, load-database.sh and move-database.sh need, which
# come before it, as do healthy and real-requests.sh.
set -u
umask 022
state=$root/state/upgrade
cd "$root" || exit 1
state_now() { cut -f 1 "$state/record" 2>/dev/null; }
under_way() { case $(state_now) in switching | reverting | returning) true ;; *) false ;; esac }
# The machine that starts and a run may both go on with it.
mkdir -p -m 0700 "$memory"
exec 7>"$memory/upgrade.guard"
flock -n 7 || { echo "the machine is at work on it already" && flock 7; }
# Nothing from an engine that hangs.
quick() { timeout 120 docker "$@"; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
# Seconds since the machine started: a clock that jumps must not end a wait before its time.
since_boot() { cut -d ' ' -f 1 /proc/uptime; }
away=0 untouched=no
# record STATE: where it is, and in the last field whether a person was asked for: `yes`, `no` and why not, or nothing.
record() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$from" "$to" "$schema" "${backup:--}" "$(now)" "$away" \
    "${old_major:--}" "${new_major:--}" "$(cat "$state/person" 2>/dev/null)" >"$state/record.new" &&
    mv "$state/record.new" "$state/record" && sync -f "$state"
}

# keep FOLDER: a copy of the unit as it is, whole or not at all.
keep() {
  rm -rf "$1.new"
  mkdir -m 0700 "$1.new"
  for part in $parts; do
    [ ! -e "$part" ] || cp -a --parents "$part" "$1.new/" || return 1
  done
  sync -f "$1.new"
  rm -rf "$1"
  mv "$1.new" "$1"
}

# By what the server knows its database elsewhere: of the machine there, not of a release. The one of before may be void by now.
authority=synapse/config/database-ca.pem

# put FOLDER: the unit as it is there, each file whole; files of workers and the module that are not in it go.
put() {
  [ -d "$1" ] || return 1
  (cd "$1" && find . -type f) | while IFS= read -r path; do
    case $1:${path#./} in
      "$state/before:$authority" | "$state/before:state/written/$authority") [ ! -e "$authority" ] || continue ;;
    esac
    # What is the same needs no room, which may be what is missing.
    ! cmp -s "$1/$path" "$path" || [ "$(stat -c '%a %u %g' "$1/$path")" != "$(stat -c '%a %u %g' "$path")" ] || continue
    mkdir -p "$(dirname "$path")"
    cp -a "$1/$path" "$path.put" && mv -f "$path.put" "$path" || exit 1
  done || return 1
  for path in synapse/config/workers/*.yaml synapse/config/start-worker.sh synapse/config/synapse_http_antispam.py; do
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
  starts=0
  until healthy "$id"; do
    state_of=$(quick inspect --format '{{.State.Status}} {{.RestartCount}}' "$id")
    more=${state_of#* }
    # While Docker starts nothing by itself, one that came up before what it needs, as after a power cut, has ended for good.
    case $state_of in exited*) starts=$((starts + 1)) && { [ "$starts" -gt 3 ] || quick start "$id" >/dev/null; } ;; esac
    if [ "$starts" -gt 3 ] || [ "${more:-0}" -gt $((${restarts:-0} + 1)) ] ||
      awk -v a="$since" -v b="$(since_boot)" -v limit="$limit" 'BEGIN { exit !(b - a >= limit) }'; then
      red "$1" "$(quick inspect --format '{{.State.Status}}, exit code {{.State.ExitCode}}, restarted {{.RestartCount}} times' "$id")"
      return 1
    fi
    sleep 0.3
  done
}

up() {
  said=$(timeout 900 docker compose --progress plain up --detach --quiet-pull "$@" 2>&1) && return 0
  printf '%s\n' "$said" | tail -n 20 | sed 's/^/| /'
  red compose "$(printf '%s' "$said" | tail -n 1)"
}

# What is ours in the project; whatever else somebody runs in it is theirs.
OURS='postgres|redis|caddy|synapse(-.*)?'

# policy no|always: whether Docker starts the containers by itself, after a crash and when the machine starts. While files and
# containers may be of two releases it must not: an old image would come up with the new configuration.
# One that ends just then, as a container that fails again and again does, is refused by Docker ("cannot update a stopped
# container"), and a moment later it is not.
policy() {
  # shellcheck disable=SC2046
  set -- "$1" $(containers "$OURS")
  [ $# -gt 1 ] || return 0
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    refused=$(quick update --restart "$@" 2>&1 >/dev/null) && return 0
    sleep 0.5
  done
  return 1
}
# What goes on with this when the machine starts, instead of Docker.
has_systemd() { [ -d /run/systemd/system ] && [ -n "$unit" ]; }
arm() {
  has_systemd || return 0
  # Where it cannot be, the next run is waited for: nothing starts by itself until then.
  { timeout 60 systemctl daemon-reload && timeout 60 systemctl enable --quiet "$unit"; } >/dev/null 2>&1
  sync -f /etc
}
# What the unit starts goes last: whatever is left of both after a power cut in here goes when the machine starts.
disarm() {
  if has_systemd; then
    timeout 60 systemctl disable --quiet "$unit" >/dev/null 2>&1
    rm -f "/etc/systemd/system/$unit"
    timeout 60 systemctl daemon-reload >/dev/null 2>&1
    sync -f /etc
  fi
  rm -f "$state/resume.sh"
}
# A machine that stopped while Compose put one container in the place of another leaves one that is half removed, and a new
# one under a passing name.
tidy() {
  set -- $(quick ps -a --filter label=com.docker.compose.project=matrix-bastion --filter status=dead --filter status=removing \
    --filter status=created --format '{{.ID}} {{.Label "com.docker.compose.service"}}' | awk -v pattern="^($OURS)\$" '$2 ~ pattern { print $1 }')
  [ $# -eq 0 ] || quick rm -f "$@" >/dev/null
}
# begin STATE: from here on it comes to an end, whatever happens.
begin() { arm && record "$1" && tidy; }
# ended STATE: all is of one release again.
ended() { policy always && record "$1" && disarm; }

# Whether a person is served now: what does not work before cannot tell anything afterwards.
look_as_person() {
  way=main
  [ -z "$(containers 'synapse-.*')" ] || way=proxy
  if said=$(person "$way"); then echo yes; else echo "no $(printf '%s' "$said" | tail -n 1 | tr '\t' ' ')"; fi >"$state/person"
  [ "$(cat "$state/person")" = yes ] || echo "a login, a message and a sync do not work before, so they will not be asked for"
}
served_as_person() { [ "$(cat "$state/person" 2>/dev/null)" != yes ] || { echo "logging in, sending and syncing" && person_is_served "$1"; }; }

measure() { away=$(awk -v a="$begun" -v b="$(since_boot)" 'BEGIN { printf "%.1f", b - a }'); }

# The web client and the bot, which no release is judged by; each stays as it is where it does not come up.
up_beside() {
  beside=$(quick compose config --services | grep -E '^(element|cinny|draupnir|mjolnir)$') || return 0
  # shellcheck disable=SC2086
  up $beside || echo "$beside: the next run sees to it"
}

# start VERSION: the unit that is in place, from the stop of the old processes to the last one that answers and serves.
start() {
  begun=${begun:-$(since_boot)}
  echo "stopping workers"
  stop 'synapse-.*' && drop_workers || return 1
  echo "starting Synapse $1"
  up synapse && answers synapse && serves "$1" || return 1
  measure
  echo "Synapse $1 answers; starting everything else"
  services=$(quick compose config --services | grep -E "^($OURS)\$")
  [ -n "$services" ] || { red compose "compose.yaml cannot be read"; return 1; }
  workers=$(printf '%s\n' "$services" | grep '^synapse-')
  # With workers a message goes through several of them.
  [ -n "$workers" ] || served_as_person main || return 1
  # The word splitting is meant: a service has no space in its name.
  # shellcheck disable=SC2086
  up $services || return 1
  for service in $services; do answers "$service" || return 1; done
  # What workers do, nobody else did meanwhile.
  [ -z "$workers" ] || measure
  for service in $workers; do is_version "$service" "$1" || return 1; done
  if printf '%s\n' "$services" | grep -q -x caddy; then
    said=$(quick compose exec -T caddy caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile \
      --address unix//run/caddy/admin.sock 2>&1 </dev/null) || red caddy "$(printf '%s' "$said" | tail -n 1)" || return 1
  fi
  [ -z "$workers" ] || served_as_person proxy
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
  # Taken away to be restored, and the machine stopped before it was.
  [ -d "$home/cluster" ] || return 1
  up postgres && answers postgres
  compat=$(ask 'select compat_version from schema_compat_version')
  # No answer is no reason to take a database away.
  case $compat in '' | *[!0-9]*) [ "$reversible" = yes ] ;; *) [ "$compat" -le "$schema" ] ;; esac
}

# The database of the backup in the place of the one that from cannot run on; that one is kept beside it.
restore_database() {
  # Its database is not on this machine: a cluster here would be one that nobody uses.
  grep -q '^  postgres:' "$state/before/compose.yaml" || { why="the database is not on this machine: put your own copy of it back" && return 1; }
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
  aside=$(ls -d "$home"/cluster.* 2>/dev/null | tail -n 1)
  if [ -d "$home/cluster" ]; then
    aside=$home/cluster.$(date -u +%Y%m%dT%H%M%SZ)
    mv -T "$home/cluster" "$aside" || return 1
  fi
  mv -T "$work/cluster" "$home/cluster" || return 1
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
  policy no && stop 'synapse-.*' && stop synapse && stop postgres || { red compose 'the containers do not stop'; return 1; }
  move_database || { echo "MB-UPGRADE-RED database: $why" && return 1; }
}

# The database of the older Postgres in its place again, with the unit that goes with it.
move_back() {
  stop postgres
  served=$(major_of "$home/cluster")
  bring_old_database || return 1
  why="$state/before cannot be put in its place"
  put "$state/before" || return 1
  # Where it was interrupted in here, only the state tells that the other one served.
  [ "$served" = "$new_major" ] || [ "$(state_now)" = returning ] || return 0
  why="Postgres $old_major does not come up"
  up postgres && answers postgres || return 1
  identify
  # Some were given out since by the other database: given out twice they break decryption (Synapse's manual, "How to back up").
  ask 'truncate e2e_one_time_keys_json' >/dev/null
}

# halted WHY: with something stopped it is in the middle, and the next run goes on from there; otherwise nothing has happened.
halted() {
  under_way || { echo "$1" && exit 1; }
  echo "MB-UPGRADE-STUCK $1"
  exit 2
}

# back STATE UNTIL: the unit as it was before, with the database that goes with it. UNTIL is the state on the way.
back() {
  why=
  if [ "$untouched" = yes ]; then
    ended "$1"
    rm -rf "$state/next"
    return
  fi
  begun=${begun:-$(since_boot)}
  echo "putting Synapse $from back"
  begin "$2" || halted "$state cannot be written"
  stop 'synapse-.*'
  stop synapse
  policy no || halted "Docker would start them again: $(printf '%s' "$refused" | tail -n 1)"
  if moves; then
    move_back || halted "$why"
  else
    in_window || restore_database || halted "the database is too new for Synapse $from, and $why"
  fi
  put "$state/before" && start "$from" || halted "Synapse $from does not come up either"
  up_beside
  # It serves: what is left is done by the next run, or when the machine starts.
  ended "$1" || echo "$state cannot be written, or Docker does not start containers by itself: the next run sees to it"
  rm -rf "$state/next"
}
# What was begun does not come up.
reverted() {
  back reverted reverting
  bring_back
  echo "MB-UPGRADE-REVERTED $away"
  exit 1
}
rolled_back() {
  back rolled-back returning
  echo "MB-UPGRADE-BACK $away"
  exit 0
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
# It may have come to its end since somebody saw it under way, or the machine stopped between that and the end of its unit.
if [ "$action" = resume ] && ! under_way; then
  disarm
  echo "MB-UPGRADE-DONE 0"
  exit 0
fi
under_way || [ -d "$state/before" ] || bring_back

case $action:$(state_now) in
  *:reverting) reverted ;;
  *:returning) rolled_back ;;
  back:*)
    look_as_person
    rolled_back
    ;;
esac

# Interrupted while switching, what was before is kept already.
if [ "$(state_now)" != switching ]; then
  [ -d "$state/next" ] || { echo "there is no release to put in place" && exit 1; }
  look_as_person
  keep "$state/present" || exit 1
  [ "$(state_now)" != 'done' ] || set_aside || exit 1
  rm -rf "$state/before"
  mv -T "$state/present" "$state/before"
fi
if begin switching && { ! moves || move; } && policy no && put "$state/next" && start "$to" &&
  { ! moves || identify; } && ended 'done'; then
  rm -rf "$state/next" "$state/earlier"
  echo "MB-UPGRADE-DONE $away"
  exit 0
fi
reverted
