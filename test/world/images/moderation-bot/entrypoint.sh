#!/bin/sh
[ "$1" = bot ] || exec "$@"
shift
exec node /bot.cjs "$@"
