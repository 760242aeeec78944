/**
 * POSIX sh: `healthy ID` runs a container's own health check at once instead of waiting for its interval.
 * Both forms of HEALTHCHECK are understood; their words hold no line break.
 */
export const HEALTH_CHECK = `healthy() {
  id=$1
  IFS='
'
  # The word splitting at line ends is meant: one line is one word of the check.
  set -f
  set -- $(timeout 15 docker inspect --format '{{range .Config.Healthcheck.Test}}{{println .}}{{end}}' "$id")
  set +f
  unset IFS
  # Nothing from a daemon that hangs; a shift without words would end the shell.
  [ $# -gt 0 ] || return 1
  kind=$1
  shift
  case $kind in
    CMD-SHELL) timeout 15 docker exec "$id" sh -c "$1" >/dev/null 2>&1 ;;
    CMD) timeout 15 docker exec "$id" "$@" >/dev/null 2>&1 ;;
    *) return 1 ;;
  esac
}
`;
