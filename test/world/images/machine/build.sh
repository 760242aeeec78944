#!/bin/bash
# Turns a plain Debian into what a hosting company's image is at its first boot.
install -m 0755 /mnt/init.sh /usr/sbin/world-init
# Every machine makes its own at its first boot.
rm -f /etc/ssh/ssh_host_*
# There is no kernel of its own to load modules into.
systemctl mask systemd-modules-load.service modprobe@.service getty.target console-getty.service
systemctl enable ssh.service
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /etc/machine-id
touch /etc/machine-id
