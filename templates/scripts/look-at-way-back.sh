# What going back would put another file in the place of, and what it would open. Set before: root, before (what was kept of the
# release before), parts (of what it consists). Nothing is changed.
set -u
cd "$root" || exit 1
# The word splitting is meant: a part has no space in its name. The copies of what was written go with their files.
# shellcheck disable=SC2086
find $parts -type f ! -path 'state/*' ! -path synapse/config/database-ca.pem 2>/dev/null | while IFS= read -r path; do
  cmp -s "$before/$path" "$path" || printf 'MB-REPLACES %s\n' "$path"
done
config=synapse/config/homeserver.yaml
way() { sed -n '/^database:/,/^[^ #]/p' "$1" | grep -E '^ +(host|port|user|dbname|sslmode):'; }
[ "$(way "$before/$config")" = "$(way "$config")" ] || echo "MB-MOVED database"
list() { sed -n '/^federation_domain_whitelist:/,/^[^ -]/{/^federation_domain_whitelist:/p;/^ *-/p}' "$1"; }
if grep -q '^enable_registration: true' "$before/$config" && ! grep -q '^enable_registration: true' "$config"; then
  echo "MB-OPENS registration"
fi
# Without a list everybody is let in; with one, whoever is on it.
now=$(list "$config") was=$(list "$before/$config")
if [ -n "$now" ] && { [ -z "$was" ] || printf '%s\n' "$was" | grep '^ *-' | grep -q -v -x -F -e "$now"; }; then
  echo "MB-OPENS federation"
fi
