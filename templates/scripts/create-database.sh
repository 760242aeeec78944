# Makes the database once, whole: beside its place, and only a finished one is moved there. The image's own entry
# point would do it too, with the password in its environment. Set before: image, home (folder), secrets (folder),
# owner (uid:gid).
set -eu
rm -rf "$home"/.create.*
[ -s "$home/cluster/PG_VERSION" ] && exit 0
rm -rf "$home/cluster"
work=$(mktemp -d "$home/.create.XXXXXX")
mkdir -m 0700 "$work/cluster"
chown "$owner" "$work/cluster"

# A program of the image on the new database's folder, with nothing but that and the password's file.
postgres_tool() {
  program=$1
  shift
  timeout 600 docker run --rm --interactive --network none --user "$owner" --cap-drop ALL \
    --security-opt no-new-privileges:true -v "$work/cluster:/var/lib/postgresql/data" -v "$secrets:/secrets:ro" \
    --entrypoint "$program" "$image" "$@"
}

# Synapse refuses a database with any other collation: an upgrade of the C library would corrupt its indexes.
postgres_tool initdb --pgdata=/var/lib/postgresql/data --username=synapse --pwfile=/secrets/password \
  --encoding=UTF8 --locale=C --auth-local=trust --auth-host=scram-sha-256 </dev/null
echo 'create database synapse' | postgres_tool postgres --single -D /var/lib/postgresql/data postgres
# From other containers, with the password; nothing else reaches this network.
echo 'host all all all scram-sha-256' >>"$work/cluster/pg_hba.conf"

sync -f "$work"
mv -T "$work/cluster" "$home/cluster"
sync -f "$home"
rm -rf "$work"
