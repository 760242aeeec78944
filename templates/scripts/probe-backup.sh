# Looks at what a backup will hold and where it is to go; changes nothing. Set before: root, folder, remote, name (empty), schedule_files (words).
# Needs backup-folder.sh or backup-s3.sh, and postgres-client.sh before it. Sizes are in bytes.
set -u
export LC_ALL=C
! command -v age >/dev/null || echo "AGE installed"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
! reach_postgres 2>/dev/null || echo "TABLES $(in_postgres psql -X -q -A -t -w -c \
  "select coalesce(sum(pg_table_size(oid)), 0) from pg_class where relkind = 'r' and relname <> 'e2e_one_time_keys_json'" \
  2>/dev/null </dev/null)"
media=0
for kind in local_content local_thumbnails; do
  size=$(du -s -B 1 "$root/synapse/data/media_store/$kind" 2>/dev/null | cut -f 1)
  media=$((media + ${size:-0}))
done
echo "MEDIA $media"
said=$(place_look 2>&1) && echo "FOLDER reached" || echo "FOLDER $(printf '%s' "$said" | grep -v '^[[:space:]]' | tail -n 1)"
printf '%s\n' "$said" | grep -e '^FREE ' -e '^FILE ' -e '^UNLIMITED ' -e '^RCLONE ' -e '^S3CONFIG '
# shellcheck disable=SC2086
for file in $schedule_files; do
  [ ! -f "$file" ] || echo "SCHEDULED $(sha256sum <"$file" | cut -d ' ' -f 1) $(stat -c %a "$file") $file"
done
if command -v systemctl >/dev/null; then
  echo "SYSTEMD yes"
  systemctl show matrix-bastion-backup.timer -p ActiveState -p UnitFileState -p NextElapseUSecRealtime 2>/dev/null |
    sed 's/^/TIMER /'
fi
true
