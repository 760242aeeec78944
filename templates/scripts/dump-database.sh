# Functions: a dump of Synapse's database at one moment, and the proof that it is whole. Set before they are called: work
# (a folder in memory). Needs postgres-client.sh before it, and that reach_postgres was called.

# The dump on standard output. What it has to hold is counted in the same snapshot, so people may go on writing.
# One-time keys stay out: given out twice they break decryption (Synapse's manual, "How to back up a Synapse homeserver").
dump_database() {
  in_postgres psql -X -q -A -t -v ON_ERROR_STOP=1 -f - 2>"$work/dump.said" <<'SQL'
set idle_in_transaction_session_timeout = 0;
set statement_timeout = 0;
begin isolation level repeatable read read only;
select pg_export_snapshot() as snapshot \gset
\setenv SNAPSHOT :snapshot
\o |cat >&2
select format('select %L || count(*) from only %s', 'MB-ROWS ' || name || ' ', name)
  from (select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and c.relname <> 'e2e_one_time_keys_json') tables
  order by name \gexec
\o
\! pg_dump -w -Fc --snapshot="$SNAPSHOT" --exclude-table-data='*.e2e_one_time_keys_json' </dev/null && echo MB-DUMPED >&2
SQL
}

# Passes a dump on and counts what is in it, by reading it to its end: a list of contents would not miss what was cut off.
read_back() {
  mkfifo "$work/dump.copy"
  {
    in_postgres sh -c '{ pg_restore --data-only -f - && echo MB-READ; } | LC_ALL=C awk "
      copying && \$0 == \"\\\\.\" { print \"MB-ROWS\", table, rows; copying = 0; next }
      copying { rows++; next }
      /^COPY / {
        table = \$0; rows = 0; copying = 1
        sub(/^COPY /, \"\", table)
        sub(/ (\\(.*\\))? ?FROM stdin;\$/, \"\", table)
      }
      /^MB-READ\$/ { print }"' >"$work/dump.read" 2>"$work/dump.read.said"
    # Whoever reads no further must not cut off the dump itself.
    cat >/dev/null
  } <"$work/dump.copy" &
  tee "$work/dump.copy"
  wait
  rm "$work/dump.copy"
}

# Whether the dump that went through both holds every row. Says in why what is wrong.
dump_is_whole() {
  if ! grep -q '^MB-DUMPED$' "$work/dump.said"; then
    why=$(grep -v -e '^MB-' -e '^$' "$work/dump.said" | tail -n 1)
    why=${why:-the dump broke off, as when Postgres or its container is stopped}
    return 1
  fi
  if ! grep -q '^MB-READ$' "$work/dump.read"; then
    why="pg_restore cannot read the dump: $(tail -n 1 "$work/dump.read.said")"
    return 1
  fi
  for side in dump.said dump.read; do
    sed -n 's/^MB-ROWS //p' "$work/$side" | LC_ALL=C sort >"$work/$side.rows"
  done
  if ! cmp -s "$work/dump.said.rows" "$work/dump.read.rows" || [ ! -s "$work/dump.said.rows" ]; then
    differing=$(LC_ALL=C comm -3 "$work/dump.said.rows" "$work/dump.read.rows" | head -n 1 | tr -d '\t')
    why="the dump does not hold what the database held, for example $differing"
    return 1
  fi
}
