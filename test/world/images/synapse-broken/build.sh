#!/bin/bash
# build.sh WHERE VERSION [COMPAT]: a Synapse that accepts every configuration, calls itself VERSION, and cannot do one thing:
# bring a database to its form (schema), start (start; with COMPAT it first makes the database one that only a Synapse of at
# least that schema can run on), or take what people send (send).
packages=$(python -c 'import synapse, os; print(os.path.dirname(synapse.__file__))')
case $1 in
  schema)
    sed -i 's/^def prepare_database(/def prepare_database(*args, **kwargs):\n    raise RuntimeError("this schema was broken on purpose")\n\n\ndef was_prepare_database(/' \
      "$packages/storage/prepare_database.py"
    ;;
  send)
    echo "SYNAPSE_VERSION = \"$2\"" >>"$packages/util/__init__.py"
    sed -i '/^class RoomSendEventRestServlet/,/^class /s/^    async def _do($/    async def _do(self, *args, **kwargs):\n        raise RuntimeError("sending was broken on purpose")\n\n    async def _was_do(/' \
      "$packages/rest/client/room.py"
    grep -q 'sending was broken' "$packages/rest/client/room.py" || exit 1
    ;;
  start)
    {
      echo '#!/usr/local/bin/python'
      [ $# -lt 3 ] || cat <<PYTHON
import psycopg2, yaml
with open("/config/homeserver.yaml") as file:
    args = yaml.safe_load(file)["database"]["args"]
with psycopg2.connect(**{key: value for key, value in args.items() if not key.startswith("cp_")}) as db:
    db.cursor().execute("update schema_compat_version set compat_version = $3")
PYTHON
      echo 'import sys'
      echo 'sys.exit("RuntimeError: this Synapse was broken on purpose")'
    } >/start.py
    chmod 0755 /start.py
    ;;
esac
