# Waits until Synapse has done its background updates of the database, and says how many are left. Set before: limit
# (seconds), after which it stops waiting: they go on by themselves.
set -u
deadline=$(($(date +%s) + limit))
while :; do
  id=$(timeout 20 docker ps -q --filter label=com.docker.compose.project=matrix-bastion --filter label=com.docker.compose.service=postgres)
  left=$(timeout 60 docker exec "$id" psql -X -q -A -t -U synapse -d synapse -c \
    "select count(*) || coalesce(' (' || min(update_name) || ')', '') from background_updates")
  case $left in 0 | '') break ;; esac
  echo "background updates of the database left: $left"
  [ "$(date +%s)" -lt "$deadline" ] || break
  sleep 2
done
