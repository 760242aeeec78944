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

# proved_rows: `TABLE ROWS` of every table, as the proof has them.
proved_rows() {
  members proof.json | sed 's/^{"rows":{//; s/},"sha256".*//' | tr ',' '\n' | sed 's/^"\(.*\)":\([0-9]*\)$/\1 \2/' |
    LC_ALL=C sort
}
