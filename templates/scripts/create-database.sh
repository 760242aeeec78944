# Makes the database once, whole: beside its place, and only a finished one is moved there. The image's own entry
# point would do it too, with the password in its environment. Set before: home (folder), and what new-cluster.sh needs,
# which comes before it.
set -eu
rm -rf "$home"/.create.*
[ -s "$home/cluster/PG_VERSION" ] && exit 0
# A finished one alone is ever moved there: whatever lies in a folder of that name is somebody's data.
if [ -e "$home/cluster" ] && ! rmdir "$home/cluster" 2>/dev/null; then
  echo "$home/cluster is not empty, and there is no database in it: $(ls -A "$home/cluster" | head -n 5 | tr '\n' ' ')" >&2
  exit 1
fi
work=$(mktemp -d "$home/.create.XXXXXX")
new_cluster "$work/cluster"
sync -f "$work"
mv -T "$work/cluster" "$home/cluster"
sync -f "$home"
rm -rf "$work"
