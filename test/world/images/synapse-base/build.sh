#!/bin/bash
# What all versions of the stand-in share, so that a pull of another version is quick.
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io \
  python3 python3-venv python3-psycopg2 libpq5 libjemalloc2 gosu curl xmlsec1 libicu76
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
# The official image has its Python below /usr/local; a virtual environment there gives the same paths.
python3 -m venv --system-site-packages /usr/local
test -x /usr/sbin/gosu
