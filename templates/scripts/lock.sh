# Lets one run at a time change the machine. Set before: nonce, owner (text), since (text).
# The lock belongs to the connection: it is free again when the SSH session (or the local process) is gone, however
# that ended, and after a reboot, because /run is empty then.
set -u
umask 077
folder=/run/matrix-bastion
mkdir -p "$folder"
exec 9>"$folder/run.guard"
flock 9

# Start time of a process, in clock ticks after boot (proc(5), stat field 22): tells it from a later one with its number.
started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

# The session that this script runs in: the nearest sshd above it, otherwise whoever started it here.
session=$PPID
above=$$
while [ "$above" -gt 1 ]; do
  case $(cat "/proc/$above/comm" 2>/dev/null) in
    sshd*) session=$above && break ;;
    node*) session=$above && break ;;
  esac
  above=$(sed 's/.*) //' "/proc/$above/stat" 2>/dev/null | cut -d ' ' -f 2)
  [ -n "$above" ] || break
done

if [ -s "$folder/run.lock" ]; then
  { read -r held_by held_pid held_start; read -r held_owner; read -r held_since; } <"$folder/run.lock"
  if [ "$held_by" != "$nonce" ] && [ "$(started "$held_pid")" = "$held_start" ] && [ -n "$held_start" ]; then
    echo "MB-LOCKED $held_owner, since $held_since"
    exit 75
  fi
fi
printf '%s %s %s\n%s\n%s\n' "$nonce" "$session" "$(started "$session")" "$owner" "$since" >"$folder/run.lock.new"
mv "$folder/run.lock.new" "$folder/run.lock"
