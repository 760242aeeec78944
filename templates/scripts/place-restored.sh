# Puts the answers, secrets, the signing key and the operator's own settings of a backup in place. The mark goes first and
# the answers come last: whatever ends this in between, it shows that a restoration is under way. Set before: root, mark
# (text), key_sum, and what read-backup.sh needs, which comes before it.
set -eu
umask 077
[ -d "$root" ] || mkdir -m 0755 "$root"
mkdir -p -m 0700 "$root/state"
printf '%s\n' "$mark" >"$root/state/restore.new"
mv "$root/state/restore.new" "$root/state/restore"
members 'files.tar/*' | tar -C "$root" --numeric-owner -xpf - --wildcards 'secrets*' 'synapse/keys*' 'synapse/conf.d*'
[ "$(sha256sum <"$root/synapse/keys/signing.key" | cut -d ' ' -f 1)" = "$key_sum" ] || {
  echo "the signing key is not the one of the manifest" >&2
  exit 1
}
chmod 0755 "$root/synapse"
members answers.yaml >"$root/answers.yaml.new"
chmod 0644 "$root/answers.yaml.new"
sync
mv "$root/answers.yaml.new" "$root/answers.yaml"
sync
