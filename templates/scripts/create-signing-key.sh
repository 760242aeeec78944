# Lets the image's own `generate` make the signing key in a scratch folder, then moves it in place once.
# Set before: image, server_name, keys (folder), owner (uid:gid).
set -eu
rm -rf "$keys"/.generate.*
[ -s "$keys/signing.key" ] && exit 0
work=$(mktemp -d "$keys/.generate.XXXXXX")
chown "$owner" "$work"
# It also writes a configuration and asks to customise it, which nobody has to: what it prints is shown when it fails.
said=$(docker run --rm --network none --user "$owner" --cap-drop ALL --security-opt no-new-privileges:true \
  -v "$work:/data" -e "SYNAPSE_SERVER_NAME=$server_name" -e SYNAPSE_REPORT_STATS=no "$image" generate 2>&1) || {
  code=$?
  printf '%s\n' "$said"
  exit "$code"
}
chmod 600 "$work/$server_name.signing.key"
sync "$work/$server_name.signing.key"
mv -nT "$work/$server_name.signing.key" "$keys/signing.key"
sync "$keys"
rm -rf "$work"
[ -s "$keys/signing.key" ]
