# Functions: a database that is moved from one major version of Postgres to another, by a dump that is loaded while it is
# made. Set before they are called: home (folder of the database), old_major and new_major (the same, or nothing, where
# nothing is moved), old_image and new_image, and what new-cluster.sh needs, which comes before it.
#
# Where a move stands is told by what is on the disk, each step of it one rename:
#   cluster of old_major                      not begun, or given up
#   no cluster, cluster.OLD                   under way; Docker cannot start a Postgres without the folder, so that nothing
#                                             is written meanwhile, whoever starts which container
#   cluster of new_major, cluster.OLD         done; cluster.OLD is the way back

moves() { [ -n "$new_major" ] && [ "$old_major" != "$new_major" ]; }
major_of() { cat "$1/PG_VERSION" 2>/dev/null; }

# private NAME IMAGE FOLDER SETTING...: a Postgres on a data directory that nobody else reaches.
private() {
  name=$1 its_image=$2 folder=$3
  shift 3
  docker rm -f "$name" >/dev/null 2>&1
  docker run -d --name "$name" --network none --user "$owner" --read-only --cap-drop ALL --security-opt no-new-privileges:true \
    -v "$folder:/var/lib/postgresql/data" --tmpfs "/var/run/postgresql:uid=${owner%:*},gid=${owner#*:},mode=0755" --tmpfs /tmp \
    --shm-size 256m --entrypoint postgres "$its_image" -D /var/lib/postgresql/data -c listen_addresses= "$@" \
    >/dev/null 2>"$work/said" || { why="$(tail -n 1 "$work/said")" && return 1; }
  tries=0
  # After a power cut it first reads its log again, which takes as long as it takes.
  until docker exec "$name" pg_isready -q 2>/dev/null </dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -ge 3000 ] || [ "$(docker inspect --format '{{.State.Running}}' "$name" 2>/dev/null)" != true ]; then
      docker logs --tail 20 "$name" 2>&1 | sed 's/^/| /'
      why="Postgres does not start on $folder: $(docker logs --tail 1 "$name" 2>&1)"
      return 1
    fi
    sleep 0.2
  done
}
in_old() { docker exec -i -e PGUSER=synapse -e PGDATABASE="${base:-synapse}" matrix-bastion-old "$@"; }
in_new() { docker exec -i -e PGUSER=synapse -e PGDATABASE="${base:-synapse}" matrix-bastion-new "$@"; }

# rows_of SIDE: `DATABASE TABLE ROWS` of every table of every database.
rows_of() {
  while IFS= read -r base; do
    "$1" psql -X -q -A -t -v ON_ERROR_STOP=1 -v base="$base" -f - <<'SQL' || return 1
select format('select %L || count(*) from only %s', :'base' || ' ' || name || ' ', name)
  from (select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema') tables
  order by name \gexec
SQL
  done <"$work/bases"
}

# carry: everything of the old one into the new one, proved. Says in why what is wrong.
carry() {
  base=postgres
  in_old psql -X -q -A -t -c "select datname from pg_database where not datistemplate order by datname <> 'synapse', datname" \
    </dev/null >"$work/bases" 2>"$work/said" && grep -q -x synapse "$work/bases" || { why="$(tail -n 1 "$work/said")" && return 1; }
  # Synapse's own was made empty with the folder; each comes with its own encoding and collation.
  in_new psql -X -q -v ON_ERROR_STOP=1 -c 'drop database synapse' </dev/null 2>"$work/said" || { why="$(tail -n 1 "$work/said")" && return 1; }
  # Roles of bridges and the like, with their passwords; ours is there.
  { in_old pg_dumpall --roles-only </dev/null && : >"$work/roles"; } 2>"$work/said.dump" | grep -v -x 'CREATE ROLE synapse;' |
    in_new psql -X -q -v ON_ERROR_STOP=1 -f - >/dev/null 2>"$work/said" && [ -e "$work/roles" ] ||
    { why="the roles: $(cat "$work/said.dump" "$work/said" | grep -v '^$' | tail -n 1)" && return 1; }
  while IFS= read -r base <&3; do
    echo "moving the database $base to Postgres $new_major"
    rm -f "$work/dumped" "$work/loaded"
    create=--create
    [ "$base" != postgres ] || create=
    # shellcheck disable=SC2086
    { in_old pg_dump -Fc -Z0 </dev/null 2>"$work/said.dump" && : >"$work/dumped"; } |
      (base=postgres && in_new pg_restore --exit-on-error $create -d postgres 2>"$work/said" && : >"$work/loaded")
    if [ ! -e "$work/dumped" ] || [ ! -e "$work/loaded" ]; then
      sed 's/^/| /' "$work/said.dump" "$work/said"
      # Which of the two failed first shows in what the other says of a broken pipe or an end too early.
      said=$(cat "$work/said.dump" "$work/said" | grep -v -e '^$' -e 'input file' -e 'end of file' -e 'roken pipe' | tail -n 1)
      why="the database $base: ${said:-the dump broke off, as when Postgres or its container is stopped}"
      return 1
    fi
  done 3<"$work/bases"
  echo "counting the rows of both"
  base=synapse
  rows_of in_old >"$work/rows.old" 2>"$work/said" && rows_of in_new >"$work/rows.new" 2>"$work/said" ||
    { why="counting rows: $(tail -n 1 "$work/said")" && return 1; }
  if ! cmp -s "$work/rows.old" "$work/rows.new" || [ ! -s "$work/rows.old" ]; then
    why="the new database does not hold what the old one holds, for example $(diff "$work/rows.old" "$work/rows.new" | grep '^[<>]' | head -n 1)"
    return 1
  fi
  base=synapse
  locale=$(in_new psql -X -q -A -t -c "select pg_encoding_to_char(encoding), datcollate, datctype from pg_database where datname = 'synapse'" </dev/null)
  [ "$locale" = 'UTF8|C|C' ] || { why="the new database is $locale, Synapse needs UTF8, C and C" && return 1; }
  echo "gathering statistics for Postgres $new_major"
  while IFS= read -r base <&3; do
    in_new psql -X -q -c analyze </dev/null 2>"$work/said" || { why="$(tail -n 1 "$work/said")" && return 1; }
  done 3<"$work/bases"
  echo "MB-MOVED $(awk '{ sum += $NF } END { printf "%d %.0f", NR, sum }' "$work/rows.new")"
}

end_private() {
  code=0
  for name in matrix-bastion-new matrix-bastion-old; do
    timeout 600 docker stop --time 540 "$name" >/dev/null 2>&1 || code=1
    docker rm -f "$name" >/dev/null 2>&1
  done
  return "$code"
}
no_privates() { docker rm -f matrix-bastion-new matrix-bastion-old >/dev/null 2>&1 || :; }

# prepare_move: an empty database of new_major, while the old one still serves.
prepare_move() {
  why=
  no_privates
  rm -rf "$home"/.move.*
  work=$(mktemp -d "$home/.move.XXXXXX") || { why="no folder can be made in $home" && return 1; }
  chmod 0711 "$work"
  echo "making a database of Postgres $new_major"
  image=$new_image
  new_cluster "$work/cluster" >"$work/said" 2>&1
  [ "$(major_of "$work/cluster")" != "$new_major" ] || return 0
  sed 's/^/| /' "$work/said"
  why="initdb: $(grep -i -e error -e fatal -e 'no space' "$work/said" | tail -n 1)"
  rm -rf "$work"
  return 1
}

# move_database: to what was prepared; begun anew after whatever interrupted it. The old folder is kept as cluster.OLD.
move_database() {
  old=$home/cluster.$old_major
  if [ -e "$home/cluster" ]; then
    [ "$(major_of "$home/cluster")" = "$old_major" ] || { why="$home/cluster is not of Postgres $old_major" && return 1; }
    [ ! -e "$old" ] || mv -T "$old" "$old.$(date -u +%Y%m%dT%H%M%SZ)" || { why="$old cannot be renamed" && return 1; }
    mv -T "$home/cluster" "$old" || { why="$home/cluster cannot be renamed" && return 1; }
    sync -f "$home"
  fi
  [ "$(major_of "$old")" = "$old_major" ] || { why="there is no database of Postgres $old_major in $home" && return 1; }
  # Who may connect, as it was.
  for file in pg_hba.conf pg_ident.conf; do cp -a "$old/$file" "$work/cluster/$file" || { why="$file cannot be copied" && return 1; }; done
  # The new one does without safety against crashes until it is shut down: what interrupts it throws it away.
  private matrix-bastion-old "$old_image" "$old" -c max_connections=20 -c shared_buffers=64MB &&
    private matrix-bastion-new "$new_image" "$work/cluster" -c fsync=off -c full_page_writes=off -c autovacuum=off \
      -c max_wal_size=1GB -c shared_buffers=64MB -c maintenance_work_mem=64MB && carry
  code=$?
  if [ "$code" -ne 0 ]; then
    # A Postgres that ran out of room ends, and its client only sees that it is gone.
    for name in matrix-bastion-new matrix-bastion-old; do
      full=$(docker logs --tail 40 "$name" 2>&1 | grep -i 'no space left' | tail -n 1)
      [ -z "$full" ] || why=$full
    done
    no_privates
    rm -rf "$work"
    return "$code"
  fi
  # Shut down, not killed: a checkpoint puts everything into the files.
  end_private || { why="the new database could not be shut down" && rm -rf "$work" && return 1; }
  sync -f "$work" && mv -T "$work/cluster" "$home/cluster" || { why="the new database cannot be put in its place" && return 1; }
  sync -f "$home"
  rm -rf "$work"
  if grep -q -v -e '^#' -e '^ *$' "$old/postgresql.auto.conf" 2>/dev/null; then echo "MB-NOT-MOVED $old/postgresql.auto.conf"; fi
}

# bring_old_database: in its place again. One that served is kept beside it, for what was written since is in no other.
bring_old_database() {
  why=
  no_privates
  rm -rf "$home"/.move.*
  old=$home/cluster.$old_major
  [ "$(major_of "$home/cluster")" != "$old_major" ] || return 0
  [ "$(major_of "$old")" = "$old_major" ] || { why="the database of Postgres $old_major is not in $old any more" && return 1; }
  if [ -e "$home/cluster" ]; then
    aside=$home/cluster.$new_major.$(date -u +%Y%m%dT%H%M%SZ)
    mv -T "$home/cluster" "$aside" || { why="$home/cluster cannot be renamed" && return 1; }
    echo "MB-UPGRADE-ASIDE $aside"
  fi
  mv -T "$old" "$home/cluster" || { why="$old cannot be renamed" && return 1; }
  sync -f "$home"
}
