# Fetches a repository's key and prints it as `KEY base64`. Set before: key_url.
set -u
# apt's downloader drops its rights to the user _apt, who must be able to write here.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chown _apt "$work" 2>/dev/null || chmod 755 "$work"
if ! said=$(/usr/lib/apt/apt-helper download-file "$key_url" "$work/key" 2>&1); then
  # The last line is shown as the reason: the one before it says more.
  printf '%s\n' "$said" | grep -v '^E: Download Failed$' >&2
  exit 1
fi
echo "KEY $(base64 <"$work/key" | tr -d '\n')"
