# Makes the database once, whole: the image initialises it beside its place, and only a finished one is moved there.
# Set before: image, home (folder), secrets (folder), owner (uid:gid), uid, gid, limit (seconds).
set -eu
name=matrix-bastion-create-database
docker rm -f "$name" >/dev/null 2>&1 || true
rm -rf "$home"/.create.*
[ -s "$home/cluster/PG_VERSION" ] && exit 0
rm -rf "$home/cluster"
work=$(mktemp -d "$home/.create.XXXXXX")
mkdir -m 0700 "$work/cluster"
chown "$owner" "$work/cluster"
# Synapse refuses a database with any other collation: an upgrade of the C library would corrupt its indexes.
docker run --detach --name "$name" --network none --user "$owner" --cap-drop ALL \
  --security-opt no-new-privileges:true --tmpfs "/var/run/postgresql:uid=$uid,gid=$gid,mode=0700" \
  -v "$work/cluster:/var/lib/postgresql/data" -v "$secrets:/secrets:ro" \
  -e POSTGRES_USER=synapse -e POSTGRES_DB=synapse -e POSTGRES_PASSWORD_FILE=/secrets/password \
  -e "POSTGRES_INITDB_ARGS=--encoding=UTF8 --locale=C --auth-host=scram-sha-256" "$image" >/dev/null
deadline=$(($(date +%s) + limit))
# Over TCP: while the image initialises, its temporary server answers on the socket only.
until timeout 20 docker exec "$name" pg_isready -q -h 127.0.0.1; do
  if [ "$(docker inspect --format '{{.State.Running}}' "$name")" != true ] || [ "$(date +%s)" -ge "$deadline" ]; then
    docker logs --tail 30 "$name" 2>&1
    docker rm -f "$name" >/dev/null 2>&1 || true
    rm -rf "$work"
    exit 1
  fi
  sleep 0.3
done
docker stop --time 60 "$name" >/dev/null
docker rm "$name" >/dev/null
sync -f "$work"
mv -T "$work/cluster" "$home/cluster"
sync -f "$home"
rm -rf "$work"
