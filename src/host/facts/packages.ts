import { PACKAGE_LOCK_HOLDER } from '../package-locks.ts';
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
  /** Somebody else's apt source files in which Docker's repository is switched on. */
  readonly dockerSources: readonly string[];
  /** Text of our own source file for Docker's packages; empty without it or without its key. */
  readonly ownSource: string;
  /** Whether that file is there, with or without its key. */
  readonly ownSourceFile: boolean;
  /** Whether the machine has certificate authorities, without which apt cannot fetch from https sources. */
  readonly authorities: boolean;
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
${PACKAGE_LOCK_HOLDER}holder=$(package_lock_holder); [ -n "$holder" ] && echo "lock $holder"
own=/etc/apt/sources.list.d/matrix-bastion-docker.sources
# Without its key the source counts as absent.
[ -e /etc/apt/keyrings/matrix-bastion-docker.gpg ] && sed 's/^/own /' "$own" 2>/dev/null
[ -e "$own" ] && echo ownfile
[ -e /etc/ssl/certs/ca-certificates.crt ] && echo authorities
# sources.list(5), deb822-style: stanzas end at an empty line; values go on in lines that begin with a space.
docker_stanza() {
  awk 'function end() { if (named && binary && !off) found = 1; named = binary = off = 0; field = "" }
    /^#/ { next }
    /^[ \\t]*$/ { end(); next }
    /^[^ \\t]/ { field = tolower($0); sub(/[ \\t]*:.*/, "", field); sub(/^[^:]*:/, "") }
    field == "types" && /(^|[ \\t])deb([ \\t]|$)/ { binary = 1 }
    field == "uris" && /\\/\\/download\\.docker\\.com\\// { named = 1 }
    field == "enabled" && tolower($0) ~ /^[ \\t]*(no|false|without|off|disable|0)[ \\t]*$/ { off = 1 }
    END { end(); exit !found }' "$1"
}
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
  [ -e "$file" ] && [ "$file" != "$own" ] || continue
  case $file in
    *.list) grep -q '^[[:space:]]*deb[[:space:]].*//download\\.docker\\.com/' "$file" ;;
    *) docker_stanza "$file" ;;
  esac && echo "source $file"
done
true`,
  parse(output) {
    const installed: Record<string, string> = {};
    const candidates: Record<string, string> = {};
    const audit: string[] = [];
    const dockerSources: string[] = [];
    let cloudInit = '';
    let lockHolder = '';
    const own: string[] = [];
    let ownSourceFile = false;
    let authorities = false;
    for (const line of lines(output)) {
      const [key, first = '', second = ''] = line.split(' ', 3);
      const rest = line.slice((key?.length ?? 0) + 1);
      if (key === 'installed') installed[first] = second;
      else if (key === 'candidate') candidates[first] = second;
      else if (key === 'audit') audit.push(rest);
      else if (key === 'cloudinit') cloudInit = rest;
      else if (key === 'lock') lockHolder = rest;
      else if (key === 'source') dockerSources.push(rest);
      else if (key === 'own') own.push(rest);
      else if (key === 'ownfile') ownSourceFile = true;
      else if (key === 'authorities') authorities = true;
    }
    return {
      installed,
      candidates,
      audit: audit.join('\n'),
      cloudInit,
      lockHolder,
      dockerSources,
      ownSource: own.map((line) => `${line}\n`).join(''),
      ownSourceFile,
      authorities,
    };
  },
};
