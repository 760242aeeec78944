# Makes the database once, whole: beside its place, and only a finished one is moved there. The image's own entry
# point would do it too, with the password in its environment. Set before: home (folder), and what new-cluster.sh needs,
# which comes before it.
set -eu
rm -rf "$home"/.create.*
[ -s "$home/cluster/PG_VERSION" ] && exit 0
rm -rf "$home/cluster"
work=$(mktemp -d "$home/.create.XXXXXX")
new_cluster "$work/cluster"
sync -f "$work"
mv -T "$work/cluster" "$home/cluster"
sync -f "$home"
rm -rf "$work"
