#!/bin/sh
# Stands in for the official image's entry point: options or a *.conf alone mean redis-server, root is dropped when it can be.
set -e
case "${1:-}" in -* | *.conf) set -- redis-server "$@" ;; esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ] && setpriv -d | grep -q 'bounding set:.*\bsetuid\b' &&
  setpriv -d | grep -q 'bounding set:.*\bsetgid\b'; then
  find . ! -user redis -exec chown redis '{}' + 2> /dev/null || true
  exec setpriv --reuid redis --regid redis --clear-groups --nnp --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$0" "$@"
fi
[ "$(umask)" != 0022 ] || umask 0077
if [ "$1" = redis-server ]; then
  # The official image is built with protected mode off; Debian's is not, and a configuration file must still be able to say so.
  case " $* " in *' --protected-mode '* | *.conf' '*) ;; *) set -- "$@" --protected-mode no ;; esac
fi
exec "$@"
