# Keeps what is about to be replaced. Set before: stamp, root; the paths come on standard input, one a line.
set -eu
umask 077
while IFS= read -r path; do
  [ -f "$path" ] || continue
  kept="$root/state/replaced/$stamp/${path#"$root"/}"
  mkdir -p "$(dirname "$kept")"
  cp -a "$path" "$kept"
done
