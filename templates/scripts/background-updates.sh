# Waits until Synapse has done the background updates of its database, and says what is left of them. Set before: patience
# (seconds without any progress, after which it stops waiting: they go on by themselves). Needs postgres-client.sh before it.
set -u
# Seconds since the machine started: a clock that is set meanwhile must not end a wait before its time.
since_boot() { cut -d . -f 1 /proc/uptime; }
# A daemon that hangs is not waited for.
docker() { timeout 60 docker "$@"; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
deadline=$(($(since_boot) + patience))
before=
while reach_postgres; do
  said=$(in_postgres psql -X -q -A -t -w -F ' ' -c \
    "select count(*), md5(string_agg(update_name || progress_json, '' order by update_name)),
      string_agg(update_name, ', ' order by ordering, update_name) from background_updates" 2>/dev/null </dev/null)
  read -r left progress names <<LEFT
$said
LEFT
  case $left in 0 | '') break ;; esac
  if [ "$progress" != "$before" ]; then
    before=$progress
    deadline=$(($(since_boot) + patience))
    echo "background updates of the database left: $left ($names)"
  elif [ "$(since_boot)" -ge "$deadline" ]; then
    break
  fi
  sleep 2
done
