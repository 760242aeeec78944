#!/bin/sh
# Starts a worker once the main process answers. After a reboot Docker starts all containers at once, and a worker
# must not meet a database that the main process is still bringing up to date.
trap 'exit 143' TERM INT
tries=0
# No longer than a minute: while the main process is down for good, this worker still does its own part.
until curl -fsS --max-time 2 -o /dev/null http://synapse:8008/health; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || break
  sleep 1
done
exec /start.py "$@"
