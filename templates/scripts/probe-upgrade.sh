# Looks at the room for a new image; changes nothing. Set before: root, image (that will be pulled), backups (folder).
set -u
export LC_ALL=C
size() { timeout 20 docker image inspect --format '{{.Size}}' "$1" 2>/dev/null; }
there() { at=$1 && while [ ! -d "$at" ]; do at=$(dirname "$at"); done && echo "$at"; }
present=$(sed -n 's/^SYNAPSE_IMAGE=//p' "$root/.env")
# An image that is there already takes nothing more.
if [ -n "$(size "$image")" ]; then echo "IMAGE 0"; else echo "IMAGE $(size "$present")"; fi
free() { df -Pk "$(there "$1")" | tail -n 1 | { read -r _ _ _ free _; echo "$((free * 1024))"; }; }
docker_root=$(there "$(timeout 20 docker info --format '{{.DockerRootDir}}' 2>/dev/null || echo /var/lib/docker)")
echo "FREE $(free "$docker_root")"
echo "STATE $(free "$root/state")"
echo "MEMORY $(awk '/^MemAvailable:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
[ "$(stat -c %d "$docker_root")" != "$(stat -c %d "$(there "$backups")")" ] || echo "ONE disk"
