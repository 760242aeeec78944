#!/bin/bash
# build.sh MAJOR: a Postgres that cannot make a database, and does not start.
for program in initdb postgres; do
  printf '#!/bin/sh\necho "FATAL:  this Postgres was broken on purpose" >&2\nexit 1\n' >"/usr/local/bin/$program"
  chmod 0755 "/usr/local/bin/$program"
done
echo "$1" >/etc/postgres-version
