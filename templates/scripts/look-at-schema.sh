# Looks what Synapse's database, which is not on this machine, says about its schema; changes nothing. Needs
# postgres-client.sh before it. Prints `MB-SCHEMA {…}`: compat (compat_version, or null) and background (updates to be done).
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
reach_postgres 2>/dev/null || exit 1
said=$(in_postgres psql -X -q -A -t -w -v ON_ERROR_STOP=1 -f - <<'SQL'
set default_transaction_read_only = on;
set statement_timeout = '60s';
select json_build_object(
  'compat', (select compat_version from schema_compat_version),
  'background', (select count(*) from background_updates));
SQL
) || exit 1
printf 'MB-SCHEMA %s\n' "$said"
