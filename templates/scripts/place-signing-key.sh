# Puts the signing key of standard input in place, whole and once. Set before: keys (folder), owner (uid:gid), bytes (its length).
set -eu
umask 077
rm -rf "$keys"/.place.*
[ -s "$keys/signing.key" ] && exit 0
work=$(mktemp -d "$keys/.place.XXXXXX")
cat >"$work/signing.key"
[ "$(wc -c <"$work/signing.key")" -eq "$bytes" ] || { rm -rf "$work"; echo "not all of it arrived" >&2; exit 1; }
chown "$owner" "$work/signing.key"
chmod 600 "$work/signing.key"
sync "$work/signing.key"
mv -nT "$work/signing.key" "$keys/signing.key"
sync "$keys"
rm -rf "$work"
[ -s "$keys/signing.key" ]
