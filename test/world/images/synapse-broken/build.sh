#!/bin/bash
# build.sh [COMPAT]: a Synapse that accepts every configuration and does not start; with COMPAT it first makes the database
# one that only a Synapse of at least that schema can run on.
{
  echo '#!/usr/local/bin/python'
  [ $# -eq 0 ] || cat <<PYTHON
import psycopg2, yaml
with open("/config/homeserver.yaml") as file:
    args = yaml.safe_load(file)["database"]["args"]
with psycopg2.connect(**{key: value for key, value in args.items() if not key.startswith("cp_")}) as db:
    db.cursor().execute("update schema_compat_version set compat_version = $1")
PYTHON
  echo 'import sys'
  echo 'sys.exit("RuntimeError: this Synapse was broken on purpose")'
} >/start.py
chmod 0755 /start.py
