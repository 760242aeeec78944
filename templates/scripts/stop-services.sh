# Stops the containers of services, all at once, and takes them away when asked to; they may not be in compose.yaml
# any more. Set before: action (stop|remove), services (words).
set -eu
ids=
for service in $services; do
  ids="$ids $(timeout 20 docker ps -a -q --filter label=com.docker.compose.project=matrix-bastion \
    --filter label=com.docker.compose.oneoff=False --filter "label=com.docker.compose.service=$service")"
done
# The word splitting is meant: ids is a list of container ids.
# shellcheck disable=SC2086
set -- $ids
[ $# -gt 0 ] || exit 0
timeout 120 docker stop --time 30 "$@" >/dev/null
[ "$action" = stop ] || timeout 60 docker rm "$@" >/dev/null
