# Looks at what is around and below the machine; changes nothing, and is over within seconds. Set before: names, lines of
# `USE NAME PORT` to which a way out is needed, and seconds, how long one try may take.
set -u
echo "kernel $(uname -r)"
virtualisation=$(systemd-detect-virt 2>/dev/null) || :
echo "virtualisation $virtualisation"
if [ "$(systemd-detect-virt --container 2>/dev/null || :)" != none ] && command -v unshare >/dev/null; then
  # What Docker does for each container; an LXC without nesting refuses it.
  if unshare --mount --pid --fork --mount-proc true 2>/dev/null; then echo 'namespaces yes'; else echo 'namespaces no'; fi
fi

# Asks the kernel's table; nothing is sent. The addresses stand for any on the internet (those of a public resolver).
ip -4 route get 9.9.9.9 >/dev/null 2>&1 && echo 'route 4'
ip -6 route get 2620:fe::fe >/dev/null 2>&1 && echo 'route 6'

# Asked only where the kernel has that part loaded: asking would load it.
firewall() {
  grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf && { echo ufw; return; }
  systemctl is-active --quiet firewalld 2>/dev/null && { echo firewalld; return; }
  if [ -d /sys/module/nf_tables ] || [ -e /proc/net/netfilter/nf_log ]; then
    command -v nft >/dev/null && nft list ruleset 2>/dev/null |
      awk '/^[ \t]*chain/ { input = 0 } /hook input/ { input = 1; if (/policy drop/) found = 1 } input && /(^|[ \t])(drop|reject)/ { found = 1 } END { exit !found }' &&
      { echo nftables; return; }
  fi
  if grep -qs filter /proc/net/ip_tables_names && command -v iptables >/dev/null; then
    iptables -S INPUT 2>/dev/null | grep -Eq -e '-P INPUT (DROP|REJECT)|-j (DROP|REJECT)' && echo iptables
  fi
}
echo "firewall $(firewall)"

apt-config dump 2>/dev/null | grep -Eiq '^Acquire::https?::Proxy(::[^ ]*)? "[^"]' && echo 'proxy apt'
{ systemctl show --property Environment --value docker 2>/dev/null; cat /etc/docker/daemon.json 2>/dev/null; } |
  grep -Eiq 'https?[-_]proxy' && echo 'proxy docker'

# One try per family, all side by side. bash opens TCP connections by itself; each line is written at once.
try() {
  addresses=$(timeout "$seconds" getent -A "ahostsv$4" "$2" 2>/dev/null || timeout "$seconds" getent "ahostsv$4" "$2" 2>/dev/null)
  addresses=$(printf '%s\n' "$addresses" | awk '$2 == "STREAM" && $1 !~ /^::ffff:/ && !seen[$1]++ { print $1 }' | head -n 2)
  outcome=no-address
  address=
  for address in $addresses; do
    # A line of /etc/hosts: who answers there is this machine itself.
    case $address/$3 in 127.*/80 | 127.*/443 | ::1/80 | ::1/443) outcome=refused; continue ;; esac
    said=$(LC_ALL=C timeout "$seconds" bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$address" "$3" 2>&1)
    case $?,$said in
      0,*) outcome=open; break ;;
      124,*) outcome=silent ;;
      *,*refused*) outcome=refused ;;
      *) outcome=unreachable ;;
    esac
  done
  echo "way $1 $2 $3 $4 $outcome $address"
}
apt_sources() {
  command -v apt-get >/dev/null || return 0
  # Prints what an update would fetch, and fetches nothing.
  timeout 10 apt-get update --print-uris 2>/dev/null |
    sed -n "s#^'\\(https*\\)://\\([^/]*@\\)\\{0,1\\}\\([A-Za-z0-9.-]*\\)\\(:\\([0-9]*\\)\\)\\{0,1\\}/.*#\\1 \\3 \\5#p" | sort -u | head -n 8 |
    while read -r scheme name port; do
      [ -n "$port" ] || { [ "$scheme" = https ] && port=443 || port=80; }
      echo "apt $name $port"
    done
}
if command -v bash >/dev/null && command -v getent >/dev/null; then
  { printf '%s\n' "$names"; apt_sources; } | sort -u | {
    while read -r use name port; do
      [ -n "$port" ] || continue
      for family in 4 6; do try "$use" "$name" "$port" "$family" </dev/null & done
    done
    wait
  }
fi
true
