#!/bin/bash
# build.sh NAME: stands in for the official image of a moderation bot.
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io nodejs node-js-yaml
install -m 0755 /mnt/entrypoint.sh "/$1-entrypoint.sh"
install -m 0644 /mnt/bot.cjs /bot.cjs
mkdir /data
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
