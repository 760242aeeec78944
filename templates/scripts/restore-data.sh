# Puts the database and the media of a backup in place, before Synapse first starts. Set before: root, home (folder), sum
# (of the file), and what new-cluster.sh, read-backup.sh and load-database.sh need, which come before it.
set -u
umask 077
fail() {
  rm -rf "$work"
  echo "MB-RESTORE-FAILED $*"
  exit 1
}
rm -rf "$home"/.restore.*
work=$(mktemp -d "$home/.restore.XXXXXX") || exit 1
# The database's user has to pass through.
chmod 0711 "$work"
[ -s "$file" ] || fail "the backup is gone: $file"
[ "$(sha256sum <"$file" | cut -d ' ' -f 1)" = "$sum" ] || fail "the backup is another file than before: $file"
if is_sealed && [ ! -s "$identity" ]; then fail "the backup is encrypted, and its key is not here"; fi
if [ ! -s "$home/cluster/PG_VERSION" ]; then
  why="initdb failed"
  load_cluster "$work/cluster" || fail "$why"
  sync -f "$work"
  # Empty or not there: anything else is somebody's data.
  [ ! -e "$home/cluster" ] || rmdir "$home/cluster" 2>/dev/null || fail "$home/cluster is not empty, and there is no database in it"
  mv -T "$work/cluster" "$home/cluster"
  sync -f "$home"
fi
echo "unpacking media"
store=$root/synapse/data/media_store
mkdir -p -m 0700 "$store"
chown "$media_owner" "$store"
members 'media.tar/*' | tar -C "$store" --numeric-owner -xpf - || fail "the media cannot be unpacked"
media_hashes >"$work/media.listed"
said=$([ ! -s "$work/media.listed" ] || { cd "$store" && sha256sum --quiet --check - <"$work/media.listed" 2>&1; }) ||
  fail "a file of media is not what it was: $(printf '%s' "$said" | head -n 1)"
sync -f "$store"
rm -rf "$work"
printf 'done %s %s\n' "$sum" "$file" >"$root/state/restore.new"
mv "$root/state/restore.new" "$root/state/restore"
sync -f "$root/state"
