# Says who holds the machine's run lock, and takes it away. Set before: folder, nonce (of the lock to be taken away;
# empty to look only).
set -u
[ -s "$folder/run.lock" ] || {
  echo 'MB-LOCK-FREE'
  exit 0
}
exec 9>>"$folder/run.guard"
flock 9
{ read -r held_by held_pid held_start; read -r held_owner; read -r held_since; read -r held_boot; } <"$folder/run.lock"
started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }
if [ "$held_boot" != "$(cat /proc/sys/kernel/random/boot_id)" ]; then
  state=rebooted
elif [ -n "$held_start" ] && [ "$(started "$held_pid")" = "$held_start" ]; then
  state=held
else
  state=ended
fi
if [ -z "$nonce" ]; then
  printf 'MB-LOCK-NONCE %s\nMB-LOCK-STATE %s\nMB-LOCK-PID %s\nMB-LOCK-OWNER %s\nMB-LOCK-SINCE %s\nMB-LOCK-BOOT %s\n' \
    "$held_by" "$state" "$held_pid" "$held_owner" "$held_since" "$held_boot"
elif [ "$held_by" = "$nonce" ]; then
  # The run that had it stops before its next change.
  echo "$nonce" >>"$folder/run.unlocked" && rm -f "$folder/run.lock" && echo 'MB-LOCK-REMOVED'
else
  echo 'MB-LOCK-OTHER'
fi
