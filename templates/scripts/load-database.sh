# Functions: a database that is made from a backup, and the proof that it holds what the backup holds. Set before they are
# called: what new-cluster.sh and read-backup.sh need, which come before it, and work (a folder for what is passing).

# load_cluster FOLDER: a new database in FOLDER with everything of the backup, proved and shut down. It is on no network,
# and does without safety against crashes: whatever interrupts this, the folder is thrown away.
load_cluster() {
  new_cluster "$1" || return 1
  docker rm -f matrix-bastion-scratch >/dev/null 2>&1
  id=$(docker run -d --name matrix-bastion-scratch --network none --user "$owner" --read-only --cap-drop ALL --security-opt no-new-privileges:true \
    -v "$1:/var/lib/postgresql/data" --tmpfs "/var/run/postgresql:uid=${owner%:*},gid=${owner#*:},mode=0755" --tmpfs /tmp \
    --shm-size 256m --entrypoint postgres "$image" -D /var/lib/postgresql/data -c listen_addresses= -c fsync=off \
    -c full_page_writes=off -c max_wal_size=2GB -c shared_buffers=64MB -c maintenance_work_mem=64MB) || return 1
  filled "$id"
  code=$?
  # Shut down, not killed: a checkpoint puts everything into the files.
  [ "$code" -ne 0 ] || timeout 600 docker stop --time 540 "$id" >/dev/null || code=1
  docker rm -f "$id" >/dev/null
  return "$code"
}

in_scratch() { docker exec -i -e PGUSER=synapse -e PGDATABASE=synapse "$id" "$@"; }

filled() {
  tries=0
  until in_scratch pg_isready -q </dev/null 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { why="Postgres does not start: $(docker logs --tail 1 "$id" 2>&1)" && return 1; }
    sleep 0.2
  done
  echo "loading the database"
  members 'database.dump/*' | { in_scratch pg_restore --exit-on-error --no-owner --no-privileges -d synapse \
    2>"$work/load.said" && : >"$work/loaded"; }
  if [ ! -e "$work/loaded" ]; then
    why="$(tail -n 1 "$work/load.said")"
    return 1
  fi
  echo "counting rows"
  in_scratch psql -X -q -A -t -v ON_ERROR_STOP=1 -f - 2>"$work/load.said" <<'SQL' | LC_ALL=C sort >"$work/rows.found"
select format('select %L || count(*) from only %s', name || ' ', name)
  from (select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and c.relname <> 'e2e_one_time_keys_json') tables
  order by name \gexec
analyze;
SQL
  proved_rows >"$work/rows.proved"
  if ! cmp -s "$work/rows.found" "$work/rows.proved" || [ ! -s "$work/rows.proved" ]; then
    differing=$(LC_ALL=C comm -3 "$work/rows.found" "$work/rows.proved" | head -n 1 | tr -d '\t')
    why="the database does not hold what the backup holds, for example $differing $(tail -n 1 "$work/load.said")"
    return 1
  fi
  left=$(in_scratch psql -X -q -A -t -c 'select count(*) from e2e_one_time_keys_json' </dev/null 2>/dev/null)
  [ "${left:-0}" = 0 ] || { why="one-time keys are in the backup" && return 1; }
}
