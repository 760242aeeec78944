# Lets a new Synapse bring a copy of the database to its own form, before anything is stopped: the whole schema, all sequences,
# and the rows of tables up to a megabyte, which takes as long for a large database as for a small one. The copy is on no
# network, no Synapse serves from it, and it goes afterwards. Set before: state (folder), synapse (its new image), staged
# (folder of its configuration), limit (seconds), and what postgres-client.sh and new-cluster.sh need, which come before it, but
# for secrets and work.
set -u
umask 077
rm -rf "$state"/try.*
work=$(mktemp -d "$state/try.XXXXXX") || exit 1
trap 'docker rm -f matrix-bastion-try >/dev/null 2>&1; rm -rf "$work"' EXIT
# The users of both images pass through.
chmod 0711 "$work"
no_copy() {
  echo "MB-TRY-NO-COPY $*"
  exit 1
}
echo "copying the schema of the database"
reach_postgres || no_copy "the database does not answer"
large=$(in_postgres psql -X -q -A -t -v ON_ERROR_STOP=1 -c "select format('--exclude-table-data=%I.%I', n.nspname, c.relname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'
  and n.nspname !~ '^pg_' and pg_table_size(c.oid) > 1048576 and c.relname !~ 'schema|background_updates'" \
  2>"$work/said" </dev/null) || no_copy "$(tail -n 1 "$work/said")"
mkdir "$work/copy" "$work/socket" "$work/secrets"
# The word splitting is meant: large is a list of flags.
# shellcheck disable=SC2086
in_postgres pg_dump -w -Fc --exclude-table-data='*.e2e_one_time_keys_json' $large 2>"$work/said" </dev/null \
  >"$work/copy/database" || no_copy "$(tail -n 1 "$work/said")"
head -c 32 /dev/urandom | od -A n -v -t x1 | tr -d ' \n' >"$work/secrets/password"
chown -R "$owner" "$work/copy" "$work/socket" "$work/secrets"
chmod 0711 "$work/socket"
secrets=$work/secrets
new_cluster "$work/cluster" >"$work/said" 2>&1 || no_copy "$(tail -n 1 "$work/said")"
docker rm -f matrix-bastion-try >/dev/null 2>&1
try=$(docker run -d --name matrix-bastion-try --network none --user "$owner" --read-only --cap-drop ALL --security-opt no-new-privileges:true \
  -e PGUSER=synapse -e PGDATABASE=synapse -v "$work/cluster:/var/lib/postgresql/data" -v "$work/copy:/copy:ro" \
  -v "$work/socket:/var/run/postgresql" --tmpfs /tmp --shm-size 64m --entrypoint postgres "$image" -D /var/lib/postgresql/data \
  -c listen_addresses= -c fsync=off -c full_page_writes=off -c shared_buffers=32MB 2>"$work/said") || no_copy "$(tail -n 1 "$work/said")"
tries=0
until docker exec "$try" pg_isready -q 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || no_copy "Postgres does not start: $(docker logs --tail 1 "$try" 2>&1)"
  sleep 0.2
done
# Foreign keys are not asked whether the rows are there that were left out.
docker exec "$try" sh -c '
  pg_restore -l /copy/database >/tmp/all || exit 1
  grep -v " FK CONSTRAINT " /tmp/all >/tmp/first
  grep " FK CONSTRAINT " /tmp/all >/tmp/keys
  pg_restore --exit-on-error --no-owner --no-privileges -d synapse -L /tmp/first /copy/database &&
    pg_restore --no-owner --no-privileges -L /tmp/keys -f - /copy/database |
    sed "/NOT VALID;\$/!s/^\( *ADD CONSTRAINT .* FOREIGN KEY .*\);\$/\1 NOT VALID;/" | psql -X -q -v ON_ERROR_STOP=1 >/dev/null' \
  2>"$work/said" || no_copy "$(tail -n 1 "$work/said")"

echo "the new Synapse brings the copy to its own form"
timeout "$limit" docker run --rm --interactive --network none --user 991:991 --read-only --cap-drop ALL --security-opt no-new-privileges:true \
  -v "$staged:/config:ro" -v "$root/synapse/conf.d:/conf.d:ro" -v "$root/synapse/keys:/keys:ro" \
  -v "$root/secrets/synapse:/secrets:ro" -v "$work/socket:/var/run/postgresql" --tmpfs /data:uid=991,gid=991 --tmpfs /tmp \
  --env PYTHONPATH=/config --entrypoint python "$synapse" - >"$work/said" 2>&1 <<'PYTHON'
import glob, sys, yaml

settings = {}
for path in ["/config/homeserver.yaml", *sorted(glob.glob("/conf.d/*.yaml"))]:
    with open(path) as file:
        settings.update(yaml.safe_load(file) or {})
settings.pop("databases", None)
settings["database"] = {"name": "psycopg2", "args": {
    "host": "/var/run/postgresql", "user": "synapse", "dbname": "synapse", "cp_min": 1, "cp_max": 2}}
with open("/tmp/homeserver.yaml", "w") as file:
    yaml.safe_dump(settings, file)
sys.argv = ["update_synapse_database", "--database-config", "/tmp/homeserver.yaml"]
from synapse._scripts.update_synapse_database import main
main()
PYTHON
code=$?
if [ "$code" -ne 0 ]; then
  tail -n 40 "$work/said" | sed 's/^/| /'
  [ "$code" -ne 124 ] || echo "| not done within $limit s"
  echo "MB-TRY-RED $code"
  exit 1
fi
echo "MB-TRIED $(docker exec "$try" psql -X -q -A -t -F ' ' -c 'select version, compat_version from schema_version, schema_compat_version')"
