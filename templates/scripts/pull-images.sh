# Pulls images side by side and prints one line `LOCK service name:tag@digest` for each. Set before: wanted
# (lines `service name:tag`).
set -u
work=$(mktemp -d)
watcher=
trap '[ -z "$watcher" ] || kill "$watcher" 2>/dev/null; rm -rf "$work"' EXIT

pull() {
  for pause in 0 2 8 20; do
    sleep "$pause"
    timeout 1800 docker pull "$2" >"$work/$1.log" 2>&1
    code=$?
    [ "$code" -eq 0 ] && return 0
    if [ "$code" -eq 124 ]; then
      # What was fetched stays: the next run goes on from there.
      echo "not done within 30 minutes" >>"$work/$1.log"
      return 1
    fi
    sed "s|^|$1: |" "$work/$1.log" | tail -n 3
    # What does not exist will not exist in a minute.
    grep -q -i -e 'manifest unknown' -e 'not found' -e 'no space left' "$work/$1.log" && return 1
  done
  return 1
}

# How far all of them are together: the engine tells layers, not bytes, to whom it cannot draw bars.
tell_share() {
  last=
  while sleep 1; do
    total=$(cat "$work"/*.log 2>/dev/null | grep -c -e ': Pulling fs layer$' -e ': Already exists$')
    there=$(cat "$work"/*.log 2>/dev/null | grep -c -e ': Pull complete$' -e ': Already exists$')
    [ "$total" -gt 0 ] || continue
    line="$((100 * there / total)) % of the images ($there of $total layers)"
    [ "$line" = "$last" ] || echo "$line"
    last=$line
  done
}

printf '%s\n' "$wanted" >"$work/wanted"
pulls=
while read -r service image; do
  [ -n "$service" ] || continue
  echo "pulling $image"
  (
    if pull "$service" "$image"; then
      # RepoDigests has familiar names: docker.io/ and docker.io/library/ are left out there.
      name=${image%:*}
      name=${name#docker.io/}
      name=${name#library/}
      digest=$(timeout 20 docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$image" | sed -n "s|^$name@||p" | head -n 1)
      case $digest in
        sha256:?*) ;;
        *)
          echo "the registry gave no digest for $image" >>"$work/$service.log"
          exit 1
          ;;
      esac
      echo "$service $image@$digest" >"$work/$service.lock"
      echo "pulled $image"
    fi
  ) &
  pulls="$pulls $!"
done <"$work/wanted"
tell_share &
watcher=$!
# Words: one number a pull.
# shellcheck disable=SC2086
wait $pulls

failed=0
while read -r service image; do
  [ -n "$service" ] || continue
  if [ -s "$work/$service.lock" ]; then
    sed 's/^/LOCK /' "$work/$service.lock"
  else
    echo "MB-PULL-FAILED $image: $(tail -n 1 "$work/$service.log")"
    failed=1
  fi
done <"$work/wanted"
exit "$failed"
