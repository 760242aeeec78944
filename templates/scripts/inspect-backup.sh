# Reads a backup from end to end and says what it is; changes nothing. Set before: root, and what read-backup.sh needs,
# which comes before it.
set -u
at=$root
while [ ! -d "$at" ]; do at=$(dirname "$at"); done
echo "FREE $(df -Pk "$at" | tail -n 1 | { read -r _ _ _ free _; echo "$((free * 1024))"; })"
echo "BYTES $(wc -c <"$file")"
echo "SHA256 $(sha256sum <"$file" | cut -d ' ' -f 1)"
! is_sealed || echo "SEALED yes"
said=$(members manifest.json 2>&1 >/dev/null) || echo "UNREADABLE $(printf '%s' "$said" | head -n 1)"
echo "MANIFEST $(members manifest.json 2>/dev/null)"
echo "ANSWERS $(members answers.yaml 2>/dev/null | base64 | tr -d '\n')"
echo "PROOF $(members proof.json 2>/dev/null)"
for part in database.dump files.tar media.tar media.list; do
  echo "PART $part $(members "$part/*" 2>/dev/null | sha256sum | cut -d ' ' -f 1)"
done
