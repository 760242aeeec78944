import { type Fact, lines } from './fact.ts';

export interface PackagesFact {
  /** Installed packages of interest with their versions. */
  readonly installed: Readonly<Record<string, string>>;
  /** Versions that apt would install; absent when its lists are empty. */
  readonly candidates: Readonly<Record<string, string>>;
  /** What `dpkg --audit` says; empty when all is well. */
  readonly audit: string;
  /** `cloud-init status`: `running`, `done`, …; empty without cloud-init. */
  readonly cloudInit: string;
  /** Who holds dpkg's or apt's lock, for example `unattended-upgr (pid 812)`. */
  readonly lockHolder: string;
  /** apt source files that name Docker's or the mirror's repository. */
  readonly dockerSources: readonly string[];
}

const NAMES = [
  'docker.io',
  'docker-ce',
  'docker-ce-cli',
  'docker-cli',
  'containerd.io',
  'docker-compose-plugin',
  'docker-compose-v2',
  'docker-compose',
  'podman-docker',
];

export const packages: Fact<PackagesFact> = {
  name: 'packages',
  script: `command -v dpkg-query >/dev/null || exit 0
dpkg-query -W -f 'installed \${db:Status-Status} \${Package} \${Version}\\n' ${NAMES.join(' ')} 2>/dev/null | sed -n 's/^installed installed /installed /p'
apt-cache policy docker.io docker-compose docker-compose-v2 2>/dev/null | awk '/^[^ ]/{sub(/:$/,"",$1); p=$1} /Candidate:/{if ($2 != "(none)") print "candidate", p, $2}'
dpkg --audit 2>&1 | sed 's/^/audit /'
command -v cloud-init >/dev/null && echo "cloudinit $(timeout 5 cloud-init status 2>/dev/null | sed -n 's/^status: //p')"
for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock; do
  [ -e "$lock" ] || continue
  inode=$(stat -c %i "$lock")
  pid=$(awk -v i="$inode" '{n=split($6,a,":"); if (a[n]==i && $2 != "->") {print $5; exit}}' /proc/locks)
  [ -n "$pid" ] && echo "lock $(cat "/proc/$pid/comm" 2>/dev/null) (pid $pid)" && break
done
grep -l -s -r download.docker.com /etc/apt/sources.list /etc/apt/sources.list.d | sed 's/^/source /'
true`,
  parse(output) {
    const installed: Record<string, string> = {};
    const candidates: Record<string, string> = {};
    const audit: string[] = [];
    const dockerSources: string[] = [];
    let cloudInit = '';
    let lockHolder = '';
    for (const line of lines(output)) {
      const [key, first = '', second = ''] = line.split(' ', 3);
      const rest = line.slice((key?.length ?? 0) + 1);
      if (key === 'installed') installed[first] = second;
      else if (key === 'candidate') candidates[first] = second;
      else if (key === 'audit') audit.push(rest);
      else if (key === 'cloudinit') cloudInit = rest;
      else if (key === 'lock') lockHolder = rest;
      else if (key === 'source') dockerSources.push(rest);
    }
    return { installed, candidates, audit: audit.join('\n'), cloudInit, lockHolder, dockerSources };
  },
};
