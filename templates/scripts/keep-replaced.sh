# Keeps what is about to be replaced, and lets go of what was kept long ago. Set before: stamp, root, keep (how many times stay,
# however old), since (a stamp: what is newer stays, however many); the paths come on standard input, one a line.
set -eu
umask 077
replaced=$root/state/replaced
while IFS= read -r path; do
  [ -f "$path" ] || continue
  kept="$replaced/$stamp/${path#"$root"/}"
  mkdir -p "$(dirname "$kept")"
  cp -a "$path" "$kept"
done
# Names of ours only, which sort as the time does. What can be taken back (state/upgrade) is elsewhere.
cd "$replaced" 2>/dev/null || exit 0
for old in *; do
  case $old in [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z) [ -d "$old" ] && [ ! -L "$old" ] && printf '%s\n' "$old" ;; esac
done | sort -r | tail -n "+$((keep + 1))" | while IFS= read -r old; do
  [ "$(printf '%s\n%s\n' "$old" "$since" | sort | head -n 1)" != "$old" ] || rm -rf -- "$old"
done
