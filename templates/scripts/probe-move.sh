# Looks at what moving the database to another major version of Postgres will take; changes nothing. Set before: root, home
# (folder of the database), image (of the new Postgres), seconds (how long the trial of a dump may take). Sizes in bytes.
set -u
export LC_ALL=C
size() { timeout 20 docker image inspect --format '{{.Size}}' "$1" 2>/dev/null; }
if [ -n "$(size "$image")" ]; then echo "IMAGE 0"; else echo "IMAGE $(size "$(sed -n 's/^POSTGRES_IMAGE=//p' "$root/.env")")"; fi
# Without its log of changes, which the new one has one of its own of.
echo "DATA $(du -s -B 1 --exclude=pg_wal "$home/cluster" 2>/dev/null | cut -f 1)"
echo "FREE $(df -Pk "$home" | tail -n 1 | { read -r _ _ _ free _; echo "$((free * 1024))"; })"
docker_root=$(timeout 20 docker info --format '{{.DockerRootDir}}' 2>/dev/null)
[ "$(stat -c %d "${docker_root:-/var/lib/docker}" 2>/dev/null)" != "$(stat -c %d "$home")" ] || echo "ONE disk"
id=$(timeout 20 docker ps -q --filter label=com.docker.compose.project=matrix-bastion --filter label=com.docker.compose.service=postgres --filter status=running)
[ -n "$id" ] || exit 0
ask() { timeout 60 docker exec -i -e PGUSER=synapse -e PGDATABASE=synapse "$id" psql -X -q -A -t -c "$1" </dev/null 2>/dev/null; }
echo "TABLES $(ask "select coalesce(sum(pg_table_size(oid)), 0) from pg_class where relkind = 'r'")"
# How fast it is read: a dump into nowhere, cut off after a while. The end of timeout(1) ends what is in the container too.
# By the time since the machine started: a clock that is set meanwhile would tell another speed.
begun=$(cut -d ' ' -f 1 /proc/uptime)
dumped=$(docker exec -e PGUSER=synapse -e PGDATABASE=synapse "$id" timeout "$seconds" pg_dump -Fc -Z0 2>/dev/null </dev/null | wc -c)
echo "DUMPED $dumped $(awk -v begun="$begun" '{ printf "%d", ($1 - begun) * 1000 }' /proc/uptime)"
