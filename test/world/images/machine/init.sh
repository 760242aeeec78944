#!/bin/sh
# Runs before systemd at every boot of a machine of the world: gives a container what a virtual machine has.
mount -o remount,rw /sys 2> /dev/null
# systemd wants the unified hierarchy, whatever the machine below has.
umount -R /sys/fs/cgroup 2> /dev/null
mount -t cgroup2 none /sys/fs/cgroup || echo 'world-init: no cgroup2'
mount --make-rshared /
# The engine lays its own files over these three; a server has its own.
umount /etc/resolv.conf /etc/hosts /etc/hostname 2> /dev/null
if [ -x /world-first-boot ]; then
  /world-first-boot && rm -f /world-first-boot
fi
hostname -F /etc/hostname 2> /dev/null || cp /etc/hostname /proc/sys/kernel/hostname
update-ca-certificates > /dev/null 2>&1
if [ -n "${WORLD_MEMORY:-}" ]; then
  # A smaller machine also says so; containers inside still see the true figures.
  awk -v total="$WORLD_MEMORY" '
    /^(MemTotal|MemFree|MemAvailable):/ { $2 = ($1 == "MemTotal:" || $2 > total) ? total : $2; if ($1 != "MemTotal:") $2 = int($2 * 0.9) }
    /^Swap/ { $2 = 0 }
    { printf "%-16s%8d %s\n", $1, $2, $3 }' /proc/meminfo > /run/world-meminfo
  mount --bind /run/world-meminfo /proc/meminfo
fi
if [ -n "${WORLD_CPUS:-}" ]; then
  # The figure alone: no machine here has more processors than the one below. nproc counts those that it may run on
  # and asks no file, so a script stands in its place; not on /run, where systemd lets nothing be executed.
  printf '#!/bin/sh\necho %s\n' "$WORLD_CPUS" > /var/lib/world-nproc
  chmod 755 /var/lib/world-nproc
  mount --bind /var/lib/world-nproc /usr/bin/nproc
  awk -v count="$WORLD_CPUS" '
    /^$/ { exit }
    { block = block $0 "\n" }
    END { for (i = 0; i < count; i++) { text = block; sub(/processor\t: [0-9]+/, "processor\t: " i, text); print text } }' \
    /proc/cpuinfo > /run/world-cpuinfo
  mount --bind /run/world-cpuinfo /proc/cpuinfo
  echo "0-$((WORLD_CPUS - 1))" > /run/world-online
  mount --bind /run/world-online /sys/devices/system/cpu/online
fi
unset WORLD_MEMORY WORLD_CPUS
exec /sbin/init
