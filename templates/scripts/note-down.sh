# Notes since when services that run now are down: they are about to be stopped. Set before: services (words), down
# (folder in /run: after a reboot the time would say nothing).
mkdir -p "$down"
for service in $services; do
  running=$(timeout 20 docker ps -q --filter label=com.docker.compose.project=matrix-bastion \
    --filter label=com.docker.compose.oneoff=False --filter "label=com.docker.compose.service=$service")
  [ -z "$running" ] || cut -d ' ' -f 1 /proc/uptime >"$down/$service"
done
