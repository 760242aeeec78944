# Loads a backup into a database of its own, counts every row, and throws it away. Set before: folder (where there is room),
# key_sum, and what new-cluster.sh, read-backup.sh and load-database.sh need, which come before it, but for secrets.
set -u
umask 077
fail() {
  rm -rf "$work"
  echo "MB-VERIFY-FAILED $*"
  exit 1
}
mkdir -p -m 0700 "$folder"
rm -rf "$folder"/.verify.*
work=$(mktemp -d "$folder/.verify.XXXXXX") || exit 1
# Postgres's user passes through both.
chmod 0711 "$work"
trap 'rm -rf "$work"; docker rm -f matrix-bastion-scratch >/dev/null 2>&1' EXIT
secrets=$work/secrets
mkdir -m 0700 "$secrets"
head -c 32 /dev/urandom | od -A n -v -t x1 | tr -d ' \n' >"$secrets/password"
chown -R "$owner" "$secrets"
why="initdb failed"
load_cluster "$work/cluster" || fail "$why"
echo "looking at the files and the media"
[ "$(members 'files.tar/*' | tar -xOf - synapse/keys/signing.key | sha256sum | cut -d ' ' -f 1)" = "$key_sum" ] ||
  fail "the signing key is not the one of the manifest"
# Unpacked into a hash, not onto the disk.
# shellcheck disable=SC2016
members 'media.tar/*' | tar -xf - --to-command='printf "%s  %s\n" "$(sha256sum | cut -d " " -f 1)" "$TAR_FILENAME"' \
  >"$work/media" || fail "the media cannot be unpacked"
media_hashes | LC_ALL=C sort >"$work/media.listed"
LC_ALL=C sort "$work/media" | LC_ALL=C comm -13 - "$work/media.listed" >"$work/media.differing"
[ ! -s "$work/media.differing" ] || fail "a file of media is not what it was: $(head -n 1 "$work/media.differing" | cut -c 67-)"
echo "MB-VERIFIED $(wc -l <"$work/rows.found") $(wc -l <"$work/media") $(wc -l <"$work/media.listed")"
