# Functions: the way to Synapse's database, wherever it is. Set before they are called: database (here or elsewhere), image
# (Postgres's), root, work (a folder in memory).

# reach_postgres: finds it; fails when there is none. Elsewhere Synapse's own settings lead to it, and its password file.
reach_postgres() {
  if [ "$database" = here ]; then
    id=$(timeout 20 docker ps -q --filter label=com.docker.compose.project=matrix-bastion \
      --filter label=com.docker.compose.service=postgres --filter status=running)
    [ -n "$id" ]
    return
  fi
  # The network that Synapse uses.
  network=bridge
  for candidate in matrix-bastion_edge6 matrix-bastion_edge; do
    ! timeout 20 docker network inspect "$candidate" >/dev/null 2>&1 || network=$candidate
  done
  timeout 60 docker run --rm --network none --user 991:991 --cap-drop ALL --security-opt no-new-privileges:true \
    -v "$root/synapse/config:/config:ro" --entrypoint python "$(sed -n 's/^SYNAPSE_IMAGE=//p' "$root/.env")" -c '
import yaml
with open("/config/homeserver.yaml") as file:
    args = yaml.safe_load(file)["database"]["args"]
names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE", "passfile": "PGPASSFILE",
         "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
for key, name in names.items():
    if key in args:
        print(f"{name}={args[key]}")' >"$work/database.env" || return 1
  # The machine's own authorities: the image has none, and a public one may have signed the certificate.
  authorities=
  for folder_of_them in /etc/ssl/certs /usr/share/ca-certificates; do
    [ ! -d "$folder_of_them" ] || authorities="$authorities -v $folder_of_them:$folder_of_them:ro"
  done
  docker image inspect "$image" >/dev/null 2>&1 || timeout 1800 docker pull -q "$image" >/dev/null
}

# in_postgres PROGRAM WORD...: one of Postgres's programs that finds the database without being told where it is.
in_postgres() {
  if [ "$database" = here ]; then
    docker exec -i -e PGUSER=synapse -e PGDATABASE=synapse "$id" "$@"
    return
  fi
  program=$1
  shift
  # The word splitting is meant: authorities is a list of flags.
  # shellcheck disable=SC2086
  docker run --rm -i --network "$network" --user 991:991 --read-only --cap-drop ALL \
    --security-opt no-new-privileges:true --tmpfs /tmp:size=16m --env-file "$work/database.env" \
    -v "$root/secrets/synapse:/secrets:ro" -v "$root/synapse/config:/config:ro" $authorities \
    --entrypoint "$program" "$image" "$@"
}
