# Makes one backup: a tar file in one pass, nothing staged on the disk, renamed when it is complete and proved.
# Its members, in order: manifest.json, answers.yaml, then database.dump/N, files.tar/N, media.tar/N and media.list/N (a line for
# each file of media: its SHA-256 and its name as sha256sum has them; without media its size and name), pieces to be put
# together in order, and proof.json, without which a file is no backup. Set before: server_name, made_by, root, folder,
# remote (user@host, s3, or nothing), recipient (of age, or nothing), keep (number), memory (a folder in memory), media (words:
# its folders that go along, or nothing), record_as (of its record below state). Needs backup-folder.sh or backup-s3.sh, postgres-client.sh
# and dump-database.sh before it.
set -u
umask 077
export LC_ALL=C
# split(1) would take the login shell.
export SHELL=/bin/sh
mkdir -p "$memory"
exec 8>"$memory/backup.guard"
if ! flock -n 8; then
  echo "MB-BACKUP-FAILED running another backup is being made on this machine"
  exit 75
fi
work=$(mktemp -d "$memory/backup.XXXXXX") || exit 1
export work
made=$(date -u +%Y-%m-%dT%H%M%SZ)
begun=$(cut -d . -f 1 /proc/uptime)
name=$server_name-$made.tar
[ -z "$recipient" ] || name=$name.age

json() { printf '%s' "$1" | sed 's/[\\"]/\\&/g' | tr -d '\000-\037'; }

failed() {
  place_drop_partial 2>/dev/null
  printf '{"at":"%s","why":"%s"}\n' "$made" "$(json "$2")" >"$root/state/$record_as.failed.new" &&
    mv "$root/state/$record_as.failed.new" "$root/state/$record_as.failed"
  rm -rf "$work"
  echo "MB-BACKUP-FAILED $1 $2"
  exit 1
}
# Lines that go on with the one before say less.
last_words() { grep -v -e '^$' -e '^[[:space:]]' "$1" 2>/dev/null | tail -n 1; }

reach_postgres || failed database "there is no way to the database"
place_ready 2>"$work/there.said" || failed folder "$(last_words "$work/there.said")"
place_drop_partial

# member NAME: a file of $work as a member of the archive that is being written.
member() { tar -C "$work" --format=ustar --owner=0 --group=0 --numeric-owner --mode=0600 -b 1 -cf - -- "$1" | head -c -1024; }

# part NAME: standard input as members of 16 MiB at most, for tar has to know sizes beforehand; its hash to NAME.sum.
part() {
  mkdir "$work/$1"
  mkfifo "$work/copy"
  sha256sum <"$work/copy" | cut -d ' ' -f 1 >"$work/$1.sum" &
  # shellcheck disable=SC2016
  tee "$work/copy" | split -b 16M -d -a 6 --filter='
    cat >"$work/$FILE" &&
    { tar -C "$work" --format=ustar --owner=0 --group=0 --numeric-owner --mode=0600 -b 1 -cf - -- "$FILE" ||
      echo "files a piece could not be packed" >"$work/fault"; } | head -c -1024 &&
    rm "$work/$FILE"' - "$1/" || echo "files a piece of 16 MiB does not fit into $memory, or nobody takes it" >"$work/fault"
  wait
  rm "$work/copy"
}

# present WORD...: those of the words that exist below $1.
present() { (cd "$1" && shift && for path; do [ ! -e "$path" ] || printf '%s\n' "$path"; done); }

# whole_tar FOLDER WORD...: a tar stream; what vanishes or grows meanwhile (exit code 1) is no fault.
whole_tar() {
  from=$1
  shift
  [ -d "$from" ] || from=/nonexistent
  present "$from" "$@" >"$work/list" 2>/dev/null
  [ -s "$work/list" ] || from=/
  tar -C "$from" --numeric-owner --exclude=state/replaced --exclude=state/upgrade --exclude=secrets/backup -cf - -T "$work/list" 2>"$work/tar.said"
  [ $? -le 1 ] || last_words "$work/tar.said" >"$work/tar.failed"
}

# listed NAMES: a tar stream passed on; the names of its files to NAMES.
listed() {
  mkfifo "$work/listing"
  { tar -tf - 2>/dev/null | grep -v '/$' >"$1"; cat >/dev/null; } <"$work/listing" &
  tee "$work/listing"
  wait
  rm "$work/listing"
}

# A fault of the archive's own making: said here, judged below.
stop() {
  echo "$*" >"$work/fault"
  exit 1
}

produce() {
  key=$(sha256sum <"$root/synapse/keys/signing.key" | cut -d ' ' -f 1)
  images=$(sed -n 's/^\([A-Z]*\)_IMAGE=\(.*\)$/"\1":"\2"/p' "$root/.env" | tr '[:upper:]' '[:lower:]' | paste -s -d , -)
  printf '{"format":1,"serverName":"%s","made":"%s","madeBy":"%s","images":{%s},"postgres":"%s","databaseBytes":%s,"mediaBytes":%s,"media":"%s","signingKeySha256":"%s"}\n' \
    "$server_name" "$made" "$made_by" "$images" "$(in_postgres sh -c 'pg_dump --version' </dev/null | sed 's/^[^0-9]*//')" \
    "$(in_postgres psql -X -q -A -t -c 'select pg_database_size(current_database())' </dev/null)" \
    "$(du -c -s -B 1 "$root/synapse/data/media_store"/local_* 2>/dev/null | tail -n 1 | cut -f 1)" "$([ -n "$media" ] && echo local || echo none)" "$key" >"$work/manifest.json"
  cp "$root/answers.yaml" "$work/answers.yaml" || stop files "answers.yaml cannot be read"
  member manifest.json
  member answers.yaml

  echo "dumping the database" >&2
  dump_database | read_back | part database.dump
  dump_is_whole || stop database "$why"

  echo "adding configuration, secrets and the signing key" >&2
  whole_tar "$root" answers.yaml .env compose.yaml state secrets synapse/config synapse/conf.d synapse/keys \
    redis/config caddy/config well-known >"$work/files"
  [ ! -e "$work/tar.failed" ] || stop files "$(cat "$work/tar.failed")"
  [ "$(tar -xOf "$work/files" synapse/keys/signing.key | sha256sum | cut -d ' ' -f 1)" = "$key" ] ||
    stop files "the signing key changed meanwhile"
  part files.tar <"$work/files"

  echo "adding media" >&2
  # The word splitting is meant: media is a list of folders.
  # shellcheck disable=SC2086
  whole_tar "$root/synapse/data/media_store" $media | listed "$work/media.names" | part media.tar
  [ ! -e "$work/tar.failed" ] || stop media "$(cat "$work/tar.failed")"
  # What was deleted just now is in the archive, and not in the list.
  (
    cd "$root/synapse/data/media_store" 2>/dev/null || exit
    if [ -n "$media" ]; then
      tr '\n' '\0' <"$work/media.names" | xargs -0 -r sha256sum -- 2>/dev/null
    else
      find local_content local_thumbnails -type f -printf '%s  %p\n' 2>/dev/null
    fi
  ) | part media.list

  {
    printf '{"rows":{'
    awk '{
      rows = $NF
      sub(/ [0-9]+$/, "")
      gsub(/[\\"]/, "\\\\&")
      printf "%s\"%s\":%s", (NR > 1 ? "," : ""), $0, rows
    }' "$work/dump.said.rows"
    printf '},"sha256":{"database.dump":"%s","files.tar":"%s","media.tar":"%s","media.list":"%s"}}\n' \
      "$(cat "$work/database.dump.sum")" "$(cat "$work/files.tar.sum")" "$(cat "$work/media.tar.sum")" \
      "$(cat "$work/media.list.sum")"
  } >"$work/proof.json"
  member proof.json
  # tar's own end.
  head -c 1024 /dev/zero
  [ -e "$work/fault" ] || : >"$work/produced"
}

seal() { if [ -n "$recipient" ]; then age --encrypt -r "$recipient"; else cat; fi; }

mkfifo "$work/whole"
sha256sum <"$work/whole" | cut -d ' ' -f 1 >"$work/whole.sum" &
hashing=$!
# Several minutes for many: whoever stops this leaves no half of a backup behind.
trap 'failed stopped "it was stopped"' HUP INT TERM
produce | { seal 2>"$work/seal.said" && : >"$work/sealed"; } | tee "$work/whole" |
  { place_write 2>"$work/keep.said" && : >"$work/kept"; }
wait "$hashing"

[ -e "$work/kept" ] || failed folder "$(last_words "$work/keep.said")"
[ -e "$work/sealed" ] || failed encrypt "$(last_words "$work/seal.said")"
if [ ! -e "$work/produced" ]; then
  read -r code why <"$work/fault" 2>/dev/null || { code=stopped why="the work was ended"; }
  failed "$code" "$why"
fi
echo "reading it back"
kept=$(place_sum 2>"$work/there.said")
sum=$(cat "$work/whole.sum")
[ "$kept" = "$sum" ] || failed folder "what was read back is not what was written $(last_words "$work/there.said")"
place_commit 2>"$work/there.said" || failed folder "$(last_words "$work/there.said")"
bytes=$(place_size)

# Only now, with one more good one there, may old ones go.
pattern=$(printf '%s' "$server_name" | sed 's/\./\\./g')
place_names |
  grep -E "^$pattern-[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z\\.tar(\\.age)?\$" | sort -r | tail -n "+$((keep + 1))" |
  grep -v -x -F -- "$name" | while IFS= read -r name; do
    echo "removing $name"
    place_remove
  done

record=$(printf '{"file":"%s","remote":"%s","made":"%s","bytes":%s,"sha256":"%s","seconds":%s,"rows":%s,"encrypted":%s}' \
  "$(place_file)" "$remote" "$made" "$bytes" "$sum" "$(($(cut -d . -f 1 /proc/uptime) - begun))" \
  "$(awk '{ sum += $NF } END { printf "%.0f", sum }' "$work/dump.said.rows")" "$([ -n "$recipient" ] && echo true || echo false)")
printf '%s\n' "$record" >"$root/state/$record_as.last.new" && mv "$root/state/$record_as.last.new" "$root/state/$record_as.last"
rm -f "$root/state/$record_as.failed"
rm -rf "$work"
echo "MB-BACKUP $record"
