/**
 * POSIX sh: `package_lock_holder` names who holds the first of dpkg's and apt's locks that is held, from the kernel's
 * own list (proc(5), /proc/locks: the sixth field is MAJOR:MINOR:INODE, hexadecimal but for the inode).
 */
export const PACKAGE_LOCK_HOLDER = `package_lock_holder() {
  for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
    [ -e "$lock" ] || continue
    # makedev(3): the major number is in bits 8 to 19, the minor one in the rest.
    device=$((0x$(stat -c %D "$lock")))
    where=$(printf '%02x:%02x:%s' $((device >> 8 & 0xfff)) $((device & 0xff | device >> 12 & 0xfff00)) "$(stat -c %i "$lock")")
    pid=$(awk -v at="$where" '$6 == at && $2 != "->" {print $5; exit}' /proc/locks)
    [ -n "$pid" ] && echo "$(cat "/proc/$pid/comm" 2>/dev/null || echo a process) (pid $pid)" && return
  done
}
`;
