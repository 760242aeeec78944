# Functions that read a backup. Set before they are called: file, identity (a file with age's secret key, or nothing).

# Said by the first line of every file of age (age-encryption.org/v1).
is_sealed() { [ "$(head -c 21 "$file" | tr -d '\000')" = age-encryption.org/v1 ]; }

# members PATTERN...: the contents of these members, one after another.
members() {
  if is_sealed; then
    age --decrypt -i "$identity" "$file" | tar -xOf - --wildcards "$@"
  else
    tar -xOf "$file" --wildcards "$@"
  fi
}

# media_hashes: `HASH  NAME` of every file of media, as they were on the disk; nothing in backups that hold no media, or that were
# made before there was such a list.
media_hashes() { members 'media.list/*' 2>/dev/null | grep -E '^[0-9a-f]{64}  '; }

# proved_rows: `TABLE ROWS` of every table, as the proof has them.
proved_rows() {
  members proof.json | sed 's/^{"rows":{//; s/},"sha256".*//' | tr ',' '\n' | sed 's/^"\(.*\)":\([0-9]*\)$/\1 \2/' |
    LC_ALL=C sort
}
