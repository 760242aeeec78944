#!/bin/bash
# build.sh ELEMENT-VERSION
export DEBIAN_FRONTEND=noninteractive
groupadd -r -g 101 nginx
useradd -r -g nginx -u 101 -d /nonexistent -s /sbin/nologin nginx
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io nginx-light gettext-base busybox
rm -rf /etc/nginx/sites-* /etc/nginx/modules-enabled/* /var/log/nginx/* /etc/nginx/conf.d
mkdir -p /app /etc/nginx/conf.d /etc/nginx/templates
echo '<!doctype html><title>Element</title><script src="bundle.js"></script>' > /app/index.html
echo "$1" > /app/version
echo '{"default_server_config":{"m.homeserver":{"base_url":"https://matrix-client.matrix.org"}}}' > /app/config.json
install -m 0644 /mnt/nginx.conf /etc/nginx/nginx.conf
install -m 0644 /mnt/default.conf.template /etc/nginx/templates/default.conf.template
install -m 0755 /mnt/entrypoint.sh /docker-entrypoint.sh
chown -R nginx:nginx /etc/nginx/conf.d /app
ln -s /usr/bin/busybox /usr/bin/wget
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
rm -f /usr/bin/bash
