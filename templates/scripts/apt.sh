# Runs apt without a question, behind the package locks. Set before: action (packages|repair), packages, limit
# (seconds), and the function package_lock_holder.
set -u
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none

# Seconds since the machine started: a clock that is set meanwhile must not end a wait before its time.
since_boot() { cut -d . -f 1 /proc/uptime; }

wait_for_locks() {
  while who=$(package_lock_holder) && [ -n "$who" ]; do
    waited=$(($(since_boot) - begun))
    if [ "$waited" -ge "$limit" ]; then
      echo "MB-LOCK-HELD $who"
      exit 75
    fi
    [ $((waited % 5)) -eq 0 ] && echo "waiting for $who, which holds the package lock ($waited s of $limit s)"
    sleep 1
  done
}

# A lock that is taken between the wait and the command is waited for again.
locked_out() { grep -q -e 'Could not get lock' -e 'Unable to acquire the dpkg' -e 'Unable to lock' "$1"; }

behind_locks() {
  begun=$(since_boot)
  out=$(mktemp)
  while :; do
    wait_for_locks
    { "$@" 2>&1; echo "exit $?" > "$out.code"; } | tee "$out"
    code=$(sed -n 's/^exit //p' "$out.code")
    if [ "$code" -eq 0 ] || ! locked_out "$out"; then break; fi
    [ $(($(since_boot) - begun)) -lt "$limit" ] || break
    sleep 1
  done
  rm -f "$out" "$out.code"
  return "$code"
}

apt() {
  behind_locks apt-get -q -y -o DPkg::Lock::Timeout=5 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

case $action in
  repair)
    behind_locks dpkg --force-confdef --force-confold --configure -a || exit $?
    apt --fix-broken install
    ;;
  packages)
    # A broken source of somebody else's must not stop this; what is missing then shows when it is installed.
    apt update
    # The word splitting is meant: packages is a list of names that were checked before.
    # shellcheck disable=SC2086
    apt --no-install-recommends install $packages
    ;;
esac
