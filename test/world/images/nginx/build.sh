#!/bin/bash
# What the images of web clients have in common: nginx and its user.
export DEBIAN_FRONTEND=noninteractive
groupadd -r -g 101 nginx
useradd -r -g nginx -u 101 -d /nonexistent -s /sbin/nologin nginx
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io nginx-light gettext-base busybox
rm -rf /etc/nginx/sites-* /etc/nginx/modules-enabled/* /var/log/nginx/* /etc/nginx/conf.d
mkdir -p /app
ln -s /usr/bin/busybox /usr/bin/wget
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
