# Functions: the place where backups are kept, a bucket that is reached with rclone; as backup-folder.sh. Set before they are
# called: folder (BUCKET/PREFIX), name, server_name, s3_config (rclone's configuration, for root alone: keys are in no command
# line and no environment).
cloud() { rclone --config "$s3_config" --s3-no-check-bucket --contimeout 20s "$@"; }
at() { printf 'bastion:%s/%s' "$folder" "$1"; }

# Whether the bucket is there and the keys open it: it is never made here.
place_ready() { cloud lsf --max-depth 1 "bastion:$folder" </dev/null >/dev/null; }
place_drop_partial() {
  cloud lsf --files-only "bastion:$folder" </dev/null | grep -E "^$(printf '%s' "$server_name" | sed 's/\./\\./g')-[0-9]{4}-.*\.partial\$" |
    while IFS= read -r left; do cloud deletefile "$(at "$left")" </dev/null; done
}
# In parts of 32 MiB, of which S3 takes 10000: 312 GiB. Two of them wait in memory.
place_write() { cloud rcat --s3-chunk-size 32M --s3-upload-concurrency 2 "$(at "$name.partial")"; }
place_sum() { cloud cat "$(at "$name.partial")" </dev/null | sha256sum | cut -d ' ' -f 1; }
# Copied by the store itself, whole or not at all.
place_commit() { cloud moveto "$(at "$name.partial")" "$(at "$name")" </dev/null; }
place_size() { cloud lsf --format s "$(at "$name")" </dev/null; }
place_names() { cloud lsf --files-only "bastion:$folder" </dev/null; }
place_remove() { cloud deletefile "$(at "$name")" </dev/null; }
place_file() { printf 's3://%s/%s' "$folder" "$name"; }
place_look() {
  echo "UNLIMITED yes"
  command -v rclone >/dev/null || echo "RCLONE missing"
  [ -s "$s3_config" ] || echo "S3CONFIG missing"
  command -v rclone >/dev/null && [ -s "$s3_config" ] || return 0
  said=$(cloud lsf --files-only --format sp --separator ' ' "bastion:$folder" </dev/null) || return 1
  printf '%s\n' "$said" | grep -E '\.tar(\.age)?$' | sed 's/^/FILE /'
  return 0
}
