# Makes the role's password the one in the file. Set before: password_file, limit (seconds).
set -eu
# A daemon that hangs must not outlast the limit.
docker() { timeout 20 docker "$@"; }
id=$(docker ps -q --filter label=com.docker.compose.project=matrix-bastion --filter label=com.docker.compose.service=postgres)
# Seconds since the machine started: a clock that is set meanwhile must not end a wait before its time.
since_boot() { cut -d . -f 1 /proc/uptime; }
deadline=$(($(since_boot) + limit))
# Over TCP: while the image initialises, its temporary server answers on the socket only.
until docker exec "$id" sh -c 'pg_isready -q -h "${LISTEN_ADDRESS:-127.0.0.1}"'; do
  if [ "$(since_boot)" -ge "$deadline" ]; then
    docker logs --tail 30 "$id" 2>&1
    exit 1
  fi
  sleep 0.3
done
{
  printf "alter role synapse password \$matrix_bastion\$"
  tr -d "\n" <"$password_file"
  printf "\$matrix_bastion\$;\n"
} | docker exec -i "$id" psql -X -q -v ON_ERROR_STOP=1 -U synapse -d synapse
