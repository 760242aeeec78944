#!/bin/bash
export DEBIAN_FRONTEND=noninteractive
groupadd -r -g 101 nginx
useradd -r -g nginx -u 101 -d /nonexistent -s /sbin/nologin nginx
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io nginx-light busybox
rm -rf /etc/nginx/sites-* /etc/nginx/modules-enabled/* /var/log/nginx/*
mkdir -p /app/assets
echo '<!doctype html><title>Cinny</title><script src="/assets/index.js"></script>' > /app/index.html
echo 'void 0;' > /app/assets/index.js
echo '{"homeserverList":["matrix.org"]}' > /app/config.json
printf 'user nginx;\nevents {}\nhttp { server { listen 80; root /app; } }\n' > /etc/nginx/nginx.conf
ln -s /usr/bin/busybox /usr/bin/wget
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
rm -f /usr/bin/bash
