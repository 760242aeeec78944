# Lets one run at a time change the machine. Set before: folder (in /run), nonce, owner (text), since (text).
# The lock belongs to the connection: it is free again when the SSH session (or the local process) is gone, however
# that ended, and after a reboot, because /run is empty then; the boot id says so where it is not.
set -u
umask 077
LC_ALL=C
export LC_ALL

# What stands in the way, apart from another run: a lock that cannot be written is not a lock that is held.
broken() {
  case $1 in
    *'No space left'* | *'quota exceeded'*) kind=space ;;
    *'Read-only file system'*) kind=readonly ;;
    *'Permission denied'* | *'Operation not permitted'*) kind=denied ;;
    *) kind=other ;;
  esac
  echo "MB-LOCK-BROKEN $kind $(printf '%s' "$1" | tr '\n' ' ')"
  exit 74
}
said=$({ mkdir -p "$folder" && : >>"$folder/run.guard"; } 2>&1) || broken "$said"
exec 9>>"$folder/run.guard"
flock 9

# Start time of a process, in clock ticks after boot (proc(5), stat field 22): tells it from a later one with its number.
started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }
boot=$(cat /proc/sys/kernel/random/boot_id)

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

# Somebody took this run's lock away: what the run knows of the machine may not be true any more.
if grep -qx "$nonce" "$folder/run.unlocked" 2>/dev/null; then
  echo "MB-LOCK-TAKEN-AWAY"
  exit 76
fi
if [ -s "$folder/run.lock" ]; then
  { read -r held_by held_pid held_start; read -r held_owner; read -r held_since; read -r held_boot; } <"$folder/run.lock"
  if [ "$held_by" != "$nonce" ] && [ "$held_boot" = "$boot" ] && [ -n "$held_start" ] &&
    [ "$(started "$held_pid")" = "$held_start" ]; then
    echo "MB-LOCKED $held_owner, since $held_since"
    exit 75
  fi
fi
said=$({
  printf '%s %s %s\n%s\n%s\n%s\n' "$nonce" "$session" "$(started "$session")" "$owner" "$since" "$boot" \
    >"$folder/run.lock.new" && mv "$folder/run.lock.new" "$folder/run.lock"
} 2>&1) || broken "$said"
