# Functions: a database without tables, as Synapse needs it. Set before they are called: image, secrets (folder), owner
# (uid:gid).

# new_cluster FOLDER: makes the folder and the database in it, with the password of the secret's file.
new_cluster() {
  mkdir -m 0700 "$1"
  chown "$owner" "$1"
  # Synapse refuses a database with any other collation: an upgrade of the C library would corrupt its indexes.
  # What they print is for those who run Postgres by hand: it is shown when they fail.
  silently 'preparing the folder of the database' \
    postgres_tool "$1" initdb --pgdata=/var/lib/postgresql/data --username=synapse --pwfile=/secrets/password \
    --encoding=UTF8 --locale=C --auth-local=trust --auth-host=scram-sha-256 </dev/null || return
  silently 'creating the database "synapse"' \
    postgres_tool "$1" postgres --single -D /var/lib/postgresql/data postgres <<EOF || return
create database synapse
EOF
  # From other containers, with the password; nothing else reaches this network.
  echo 'host all all all scram-sha-256' >>"$1/pg_hba.conf"
}

# silently WORDS COMMAND...: says WORDS, and what the command prints only when it fails.
silently() {
  echo "$1"
  shift
  said=$("$@" 2>&1) || {
    code=$?
    printf '%s\n' "$said"
    return "$code"
  }
}

# postgres_tool FOLDER PROGRAM WORD...: a program of the image on the new database, with nothing but that and its password.
postgres_tool() {
  cluster=$1 program=$2
  shift 2
  timeout 600 docker run --rm --interactive --network none --user "$owner" --cap-drop ALL \
    --security-opt no-new-privileges:true -v "$cluster:/var/lib/postgresql/data" -v "$secrets:/secrets:ro" \
    --entrypoint "$program" "$image" "$@"
}
