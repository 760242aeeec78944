# Functions: the place where backups are kept. Set before they are called: folder, name, remote (user@host, or nothing).

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
