# Fetches one backup from an object store, whole or not at all. Set before: path (BUCKET/PREFIX/NAME), folder (where it goes),
# configs (words: files of rclone's, the first that is there is taken).
set -u
umask 077
config=
# shellcheck disable=SC2086
for candidate in $configs; do
  [ -n "$config" ] || [ ! -s "$candidate" ] || config=$candidate
done
[ -n "$config" ] || { echo "the machine has no keys for it" && exit 1; }
cloud() { rclone --config "$config" --contimeout 20s "$@"; }
name=${path##*/}
mkdir -p -m 0700 "$folder"
size=$(cloud lsf --format s "bastion:$path" 2>&1 </dev/null) || { printf '%s\n' "$size" | grep -v '^[[:space:]]' | tail -n 1 && exit 1; }
case $size in '' | *[!0-9]*) echo "there is no such backup in the bucket" && exit 1 ;; esac
if [ -f "$folder/$name" ] && [ "$(wc -c <"$folder/$name")" -eq "$size" ]; then
  echo "MB-FETCHED there $folder/$name"
  exit 0
fi
[ ! -e "$folder/$name" ] || { echo "another file is there under its name: $folder/$name" && exit 1; }
free=$(df -Pk "$folder" | tail -n 1 | { read -r _ _ _ free _; echo "$((free * 1024))"; })
[ "$free" -gt $((size + 536870912)) ] || { echo "it takes $size bytes, and $free are free" && exit 1; }
echo "fetching $((size / 1048576)) MB"
said=$(cloud copyto "bastion:$path" "$folder/$name.fetched" 2>&1 </dev/null) || { printf '%s\n' "$said" | grep -v '^[[:space:]]' | tail -n 1 && exit 1; }
[ "$(wc -c <"$folder/$name.fetched")" -eq "$size" ] || { echo "not all of it arrived" && exit 1; }
sync "$folder/$name.fetched" && mv "$folder/$name.fetched" "$folder/$name" || exit 1
echo "MB-FETCHED new $folder/$name"
