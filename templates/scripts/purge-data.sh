# Deletes data for good: the listed folders and files, and nothing beside them. Set before: root, folders (lines, to be
# removed where they are empty); the list comes on standard input, one a line. Never leaves the file system: with
# anything mounted below the root (also a folder of the same disk) nothing is deleted.
set -u
[ -d "$root" ] && [ ! -L "$root" ] || exit 0
# mountinfo(5): the fifth field is where it is mounted.
mounts=$(awk -v below="$root/" 'index($5, below) == 1 { print "MB-MOUNTED " $5 }' /proc/self/mountinfo)
[ -z "$mounts" ] || {
  printf '%s\n' "$mounts"
  exit 1
}
while IFS= read -r path; do
  case $(cd -P "$(dirname "$path")" 2>/dev/null && pwd) in
    "$root" | "$root"/*) ;;
    *) continue ;;
  esac
  if [ -d "$path" ] && [ ! -L "$path" ]; then
    find "$path" -xdev -depth -delete || exit 1
  else
    rm -f -- "$path" || exit 1
  fi
done
printf '%s\n' "$folders" | while IFS= read -r folder; do
  [ -L "$folder" ] || rmdir -- "$folder" 2>/dev/null
done
[ -d "$root" ] && find "$root" -xdev -mindepth 1 ! -type d -printf 'MB-LEFT %p\n'
true
