# Waits until each service's own health check passes, run directly so that no interval is waited for.
# Set before: services (words), limit (seconds), down and state (folders), and the function healthy. On failure prints
# the container's last lines. How long a service was down, by the note of note-down.sh, is kept in $state/downtime.
set -u
# A daemon that hangs must not outlast the limit.
docker() { timeout 20 docker "$@"; }
container() {
  docker ps -a -q --filter label=com.docker.compose.project=matrix-bastion \
    --filter label=com.docker.compose.oneoff=False --filter "label=com.docker.compose.service=$1"
}
was_down() {
  since=$down/$1
  [ -s "$since" ] || return 0
  seconds=$(awk -v since="$(cat "$since")" '{ printf "%.1f", $1 - since }' /proc/uptime)
  {
    grep -v "^$1 " "$state/downtime" 2>/dev/null
    echo "$1 $seconds $(date -u +%Y-%m-%dT%H:%M:%SZ)"
  } >"$state/downtime.new" && mv "$state/downtime.new" "$state/downtime"
  rm -f "$since"
}
# Seconds since the machine started: a clock that is set meanwhile must not end a wait before its time.
since_boot() { cut -d . -f 1 /proc/uptime; }
deadline=$(($(since_boot) + limit))
for service in $services; do
  id=$(container "$service")
  if [ -z "$id" ]; then
    echo "MB-NO-CONTAINER $service"
    exit 1
  fi
  restarts=$(docker inspect --format '{{.RestartCount}}' "$id")
  echo "waiting for $service"
  until healthy "$id"; do
    now=$(docker inspect --format '{{.RestartCount}}' "$id")
    if [ "${now:-0}" -gt $((${restarts:-0} + 1)) ] || [ "$(since_boot)" -ge "$deadline" ]; then
      echo "MB-NOT-HEALTHY $service: $(docker inspect --format '{{.State.Status}}, exit code {{.State.ExitCode}}, restarted {{.RestartCount}} times' "$id")"
      docker logs --tail 30 "$id" 2>&1
      exit 1
    fi
    sleep 0.3
  done
  was_down "$service"
  echo "$service answers"
done
