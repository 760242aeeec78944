# Functions: the place where backups are kept, a folder here or on another machine; backup-s3.sh has the same for a bucket. Set
# before they are called: folder, name, server_name, remote (user@host, or nothing).

# A word for the shell of the other machine.
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

# there SCRIPT: runs it where backups are kept, here or on another machine, with the folder as $1, the name as $2
# and the server's name as $3.
there() {
  if [ -z "$remote" ]; then
    sh -c "$1" there "$folder" "$name" "${server_name:-}"
  else
    ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -- "$remote" \
      "sh -c $(quoted "$1") there $(quoted "$folder") $(quoted "$name") $(quoted "${server_name:-}")"
  fi
}

# What is written on the far side stands in single quotes on purpose.
# shellcheck disable=SC2016
place_ready() { there 'umask 077; mkdir -p -- "$1" && chmod 700 -- "$1"' </dev/null; }
# Half backups of this server that somebody left.
# shellcheck disable=SC2016
place_drop_partial() { there 'rm -f -- "$1/$3"-[0-9][0-9][0-9][0-9]-*.partial' </dev/null; }
# shellcheck disable=SC2016
place_write() { there 'umask 077; cat >"$1/$2.partial"'; }
# Hash of what was written, read back.
# shellcheck disable=SC2016
place_sum() { there 'sha256sum <"$1/$2.partial"' </dev/null | cut -d ' ' -f 1; }
# From now on it counts.
# shellcheck disable=SC2016
place_commit() { there 'sync -- "$1/$2.partial" && mv -f -- "$1/$2.partial" "$1/$2" && sync -- "$1"' </dev/null; }
# shellcheck disable=SC2016
place_size() { there 'wc -c <"$1/$2"' </dev/null; }
# shellcheck disable=SC2016
place_names() { there 'ls -1 -- "$1"' </dev/null; }
# shellcheck disable=SC2016
place_remove() { there 'rm -f -- "$1/$2"' </dev/null; }
# How it is named to people.
place_file() { printf '%s/%s' "$folder" "$name"; }
# FREE bytes, and FILE bytes name for each.
# shellcheck disable=SC2016
place_look() {
  there '
  at=$1
  while [ ! -d "$at" ]; do at=$(dirname -- "$at"); done
  echo "FREE $(df -Pk -- "$at" | tail -n 1 | { read -r _ _ _ free _; echo "$((free * 1024))"; })"
  for file in "$1"/*.tar "$1"/*.tar.age; do
    [ ! -f "$file" ] || echo "FILE $(wc -c <"$file") ${file##*/}"
  done' </dev/null
}
