# Notes down what is in use, a line for each look. Set before: growth (file), line (words). Keeps the last 400.
set -u
umask 077
{
  [ ! -f "$growth" ] || tail -n 399 "$growth"
  printf '%s\n' "$line"
} >"$growth.new" && mv "$growth.new" "$growth"
