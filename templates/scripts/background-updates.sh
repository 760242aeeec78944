# Waits until Synapse has done the background updates of its database, and says what is left of them. Set before: patience
# (seconds without any progress, after which it stops waiting: they go on by themselves).
set -u
deadline=$(($(date +%s) + patience))
before=
while :; do
  id=$(timeout 20 docker ps -q --filter label=com.docker.compose.project=matrix-bastion --filter label=com.docker.compose.service=postgres)
  said=$(timeout 60 docker exec "$id" psql -X -q -A -t -F ' ' -U synapse -d synapse -c \
    "select count(*), md5(string_agg(update_name || progress_json, '' order by update_name)),
      string_agg(update_name, ', ' order by ordering, update_name) from background_updates" 2>/dev/null)
  read -r left progress names <<LEFT
$said
LEFT
  case $left in 0 | '') break ;; esac
  if [ "$progress" != "$before" ]; then
    before=$progress
    deadline=$(($(date +%s) + patience))
    echo "background updates of the database left: $left ($names)"
  elif [ "$(date +%s)" -ge "$deadline" ]; then
    break
  fi
  sleep 2
done
