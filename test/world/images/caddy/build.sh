#!/bin/bash
# build.sh CADDY-VERSION
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io libcap2-bin busybox media-types
install -m 0644 /mnt/ca.crt /usr/local/share/ca-certificates/world.crt
update-ca-certificates
mkdir -p /config/caddy /data/caddy /etc/caddy /usr/share/caddy /srv
install -m 0755 /mnt/caddy /usr/bin/caddy
# As in the official image: without NET_BIND_SERVICE in the bounding set the kernel refuses to run the program at all.
setcap cap_net_bind_service=+ep /usr/bin/caddy
printf ':80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n' > /etc/caddy/Caddyfile
echo '<!doctype html><title>Caddy works</title>' > /usr/share/caddy/index.html
apt-get purge -yq --auto-remove libcap2-bin
ln -s /usr/bin/busybox /usr/bin/wget
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
# The official image is Alpine: what needs bash must fail here too.
rm -f /usr/bin/bash
