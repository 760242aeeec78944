#!/bin/sh
# Stands in for the official image's: the configuration is copied to where it is served from, the port is filled in.
set -e
mkdir -p /tmp/element-web-config
cp /app/config*.json /tmp/element-web-config/
envsubst '$ELEMENT_WEB_PORT' < /etc/nginx/templates/default.conf.template > /etc/nginx/conf.d/default.conf
exec "$@"
