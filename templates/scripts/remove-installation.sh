# Stops and removes the containers and networks of the server, then files of ours. Set before: root, folders (lines, to
# be removed where they are empty); the files come on standard input, one a line. Nothing is removed before the
# containers are gone: what runs may need it. A timer of backups goes first: it would only fail. Set before, too: units
# (lines, systemd's files of it; the names are those of the files).
set -u
for unit in $units; do
  [ -e "$unit" ] || continue
  case $unit in *.timer) timeout 30 systemctl disable --now "${unit##*/}" >/dev/null 2>&1 ;; esac
  rm -f -- "$unit" || exit 1
  timeout 30 systemctl daemon-reload >/dev/null 2>&1
done
if command -v docker >/dev/null; then
  ids=$(timeout 30 docker ps -aq --filter label=com.docker.compose.project=matrix-bastion \
    --filter "label=com.docker.compose.project.working_dir=$root") || exit 1
  # The word splitting is meant: ids is a list of container ids.
  # shellcheck disable=SC2086
  set -- $ids
  if [ $# -gt 0 ]; then
    timeout 180 docker stop --time 60 "$@" >/dev/null || exit 1
    timeout 60 docker rm "$@" >/dev/null || exit 1
  fi
  for network in $(timeout 30 docker network ls -q --filter label=com.docker.compose.project=matrix-bastion); do
    timeout 30 docker network rm "$network" >/dev/null || echo "MB-LEFT network $network"
  done
fi
[ -d "$root" ] && [ ! -L "$root" ] || exit 0
while IFS= read -r path; do
  # A folder that was made a link leads elsewhere.
  case $(cd -P "$(dirname "$path")" 2>/dev/null && pwd) in
    "$root" | "$root"/*) rm -f -- "$path" || exit 1 ;;
  esac
done
printf '%s\n' "$folders" | while IFS= read -r folder; do
  [ -L "$folder" ] || rmdir -- "$folder" 2>/dev/null
done
true
