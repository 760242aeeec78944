#!/bin/bash
export DEBIAN_FRONTEND=noninteractive
groupadd -r -g 1000 redis
useradd -r -g redis -u 999 -d /home/redis -s /sbin/nologin redis
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io redis-server redis-tools busybox
rm -rf /etc/redis /var/lib/redis
for name in redis-server redis-cli redis-benchmark redis-check-aof redis-check-rdb redis-sentinel; do
  ln -s "/usr/bin/$name" "/usr/local/bin/$name"
done
install -m 0755 /mnt/entrypoint.sh /usr/local/bin/docker-entrypoint.sh
install -d -o redis -g redis /data
ln -s /usr/bin/busybox /usr/bin/wget
redis-server --version | sed 's/.*v=\([^ ]*\).*/\1/' > /etc/redis-version
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
rm -f /usr/bin/bash
