# Looks at a database that is not on this machine, with Synapse's own driver: what it cannot do, Synapse cannot either.
# Set before: image, owner (uid:gid), connection (JSON of libpq's settings, and `ca`: PEM), passfile (path), prefix (what
# its line begins with: all but the password). On standard input: the line that it ought to hold, or nothing when this
# run does not know the password. Prints `PASSFILE missing|same|other|kept`, and `MB-DATABASE {…}` where it could look.
set -u
line=$(cat)
found=
[ ! -s "$passfile" ] || IFS= read -r found <"$passfile" || :
case $line,$found in
  ?*,"$line") state=same ;;
  ?*,?*) state=other ;;
  ,"$prefix"*) state=kept ;;
  *) state=missing ;;
esac
echo "PASSFILE $state"
[ -n "$line" ] || { [ "$state" = kept ] && line=$found; } || exit 0
timeout 20 docker image inspect "$image" >/dev/null 2>&1 || exit 0
program=$(cat <<'PYTHON'
import json, os, statistics, sys, time
import psycopg2

settings = json.loads(sys.argv[1])
os.umask(0o077)
with open("/tmp/pgpass", "wb") as file:
    file.write(sys.stdin.buffer.read())
ca = settings.pop("ca", None)
if ca:
    with open("/tmp/ca.pem", "w") as file:
        file.write(ca)
    settings["sslrootcert"] = "/tmp/ca.pem"


def tell(seen):
    print("MB-DATABASE " + json.dumps(seen))
    sys.exit(0)


try:
    db = psycopg2.connect(passfile="/tmp/pgpass", application_name="matrix-bastion", connect_timeout=10, **settings)
except psycopg2.Error as error:
    tell({"reached": False, "error": str(error).strip()})

try:
    db.autocommit = True
    cursor = db.cursor()

    def ask(sql):
        cursor.execute(sql)
        return cursor.fetchone()

    def ask_or(sql, fallback):
        try:
            return ask(sql)[0]
        except psycopg2.Error:
            return fallback

    row = ask("select to_jsonb(d) - 'datacl' from pg_database d where datname = current_database()")[0]
    role = ask("select to_jsonb(r) from pg_roles r where rolname = current_user")[0]
    schema = ask("select current_schema()")[0]
    setting = lambda name, fallback: ask_or("select current_setting('%s')" % name, fallback)
    tables, foreign, first_user, admins = [], 0, None, []
    if schema is not None:
        cursor.execute(
            """select c.relname, pg_has_role(c.relowner, 'usage') from pg_class c
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
            and not exists (select from pg_depend x where x.classid = 'pg_class'::regclass and x.objid = c.oid and x.deptype = 'e')
            order by c.relname"""
        )
        found = cursor.fetchall()
        tables = [name for name, _ in found]
        foreign = sum(1 for _, ours in found if not ours)
    if "users" in tables and "schema_version" in tables:
        first_user = ask_or("select min(name) from users where name like '@%:%'", None)
        try:
            cursor.execute("select name from users where admin = 1 and deactivated = 0 order by name limit 100")
            admins = [name for (name,) in cursor.fetchall()]
        except psycopg2.Error:
            pass
    trips = []
    for _ in range(9):
        begun = time.perf_counter()
        ask("select 1")
        trips.append((time.perf_counter() - begun) * 1000)
    tell({
        "reached": True,
        "version": db.server_version,
        "versionText": setting("server_version", ""),
        "encoding": setting("server_encoding", ""),
        "collate": row["datcollate"],
        "ctype": row["datctype"],
        "provider": {"i": "icu", "b": "builtin"}.get(row.get("datlocprovider"), "libc"),
        "locale": row.get("datlocale") or row.get("daticulocale") or "",
        "tls": db.info.ssl_in_use,
        "tlsVersion": db.info.ssl_attribute("protocol") if db.info.ssl_in_use else "",
        "owner": ask("select pg_get_userbyid(datdba) from pg_database where datname = current_database()")[0],
        "schema": schema,
        "mayCreate": schema is not None and ask("select has_schema_privilege(current_schema(), 'CREATE')")[0],
        "readOnly": ask("select pg_is_in_recovery()")[0] or setting("default_transaction_read_only", "off") == "on",
        "maxConnections": int(setting("max_connections", "0")),
        "reserved": int(setting("superuser_reserved_connections", "0")) + int(setting("reserved_connections", "0")),
        "roleLimit": role["rolconnlimit"],
        "databaseLimit": row["datconnlimit"],
        "tableCount": len(tables),
        "tables": tables[:10],
        "foreignTables": foreign,
        "synapse": "schema_version" in tables and "events" in tables,
        "firstUser": first_user,
        "admins": admins,
        "identity": "%s %s" % (ask_or("select system_identifier::text from pg_control_system()", "unknown"), row.get("oid", "")),
        "roundTripMs": round(statistics.median(trips), 2),
    })
except psycopg2.Error as error:
    tell({"reached": False, "error": str(error).strip()})
PYTHON
)
# The network that Synapse will use, once it is there.
network=bridge
for name in matrix-bastion_edge6 matrix-bastion_edge; do
  timeout 20 docker network inspect "$name" >/dev/null 2>&1 && network=$name
done
ask() {
  timeout 120 docker run --rm --interactive --network "$network" --user "$owner" --read-only --cap-drop ALL \
    --security-opt no-new-privileges:true --tmpfs "/tmp:mode=1777,size=1m" --entrypoint python "$image" \
    -c "$program" "$connection"
}
printf '%s\n' "$line" | ask
