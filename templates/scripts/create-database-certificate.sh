# Makes an authority that signs one certificate and is gone: its key exists in this container's memory only. Set before:
# image, owner (uid:gid), subject (openssl's subjectAltName: IP:… or DNS:…), days, secrets (folder), tls (folder).
set -eu
umask 077
work=$(mktemp -d "$secrets/.tls.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -m 0700 "$work/out"
chown "$owner" "$work/out"
timeout 120 docker run --rm --interactive --network none --user "$owner" --read-only --cap-drop ALL \
  --security-opt no-new-privileges:true --tmpfs "/tmp:mode=1777,size=1m" -v "$work/out:/out" \
  --entrypoint sh "$image" -s -- "$subject" "$days" <<'SCRIPT'
set -eu
umask 077
cd /tmp
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
new_key ca.key
openssl req -x509 -new -key ca.key -sha256 -days "$2" -subj '/CN=matrix-bastion database authority' \
  -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign -out /out/ca.crt
new_key /out/server.key
openssl req -new -key /out/server.key -subj '/CN=matrix-bastion database' -out server.csr
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n' "$1" >extensions
openssl x509 -req -in server.csr -CA /out/ca.crt -CAkey ca.key -CAcreateserial -sha256 -days "$2" -extfile extensions -out /out/server.crt
SCRIPT
# The certificate goes first and comes last: whatever ends this in between, its absence says that it is not done.
rm -f "$tls/server.crt"
chmod 600 "$work/out/server.key"
chown root:root "$work/out/ca.crt" "$work/out/server.crt"
chmod 644 "$work/out/ca.crt" "$work/out/server.crt"
sync
mv -fT "$work/out/server.key" "$secrets/server.key"
mv -fT "$work/out/ca.crt" "$tls/ca.crt"
sync
mv -fT "$work/out/server.crt" "$tls/server.crt"
sync
# A Postgres that runs reads its certificate again.
id=$(timeout 20 docker ps -q --filter label=com.docker.compose.project=matrix-bastion --filter label=com.docker.compose.service=postgres)
[ -z "$id" ] || timeout 20 docker kill --signal HUP "$id" >/dev/null
