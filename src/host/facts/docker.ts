import { bracketed } from '../../federation/ip.ts';
import { HEALTH_CHECK } from '../health-check.ts';
import { type Fact, lines } from './fact.ts';

export interface DockerFact {
  /** Where `docker` resolves to; empty when there is none. */
  readonly binary: string;
  /** The engine's version; empty when the daemon does not answer. */
  readonly engine: string;
  /** Version of the Compose plugin without `v`; empty when there is none. */
  readonly compose: string;
  /** What `docker version` said when the daemon did not answer. */
  readonly error: string;
  readonly rootless: boolean;
  /** /etc/docker/daemon.json as it is; empty when absent. */
  readonly daemonJson: string;
  /** Its permission bits. */
  readonly daemonJsonMode: number;
  /** It was written after the running daemon had started, which therefore does not know it. */
  readonly daemonJsonStale: boolean;
  /** Whether an engine is installed, running or not. */
  readonly dockerd: boolean;
  /** Containers that are not ours. */
  readonly foreignContainers: number;
}

/** Whatever else a command prints in its place is no version. */
const version = (text = ''): string => (/^\d+\.\d+/.test(text) ? text : '');

export const docker: Fact<DockerFact> = {
  name: 'docker',
  script: `command -v dockerd >/dev/null && echo dockerd
if [ -e /etc/docker/daemon.json ]; then
  sed 's/^/daemon /' /etc/docker/daemon.json
  echo "daemonmode $(stat -c %a /etc/docker/daemon.json)"
  # In UTC: date(1) takes other zones' abbreviations for more than one zone.
  since=$(TZ=UTC systemctl show --property ActiveEnterTimestamp --value docker 2>/dev/null)
  [ -n "$since" ] && [ "$(stat -c %Y /etc/docker/daemon.json)" -gt "$(date -d "$since" +%s)" ] && echo daemonstale
fi
binary=$(command -v docker) || exit 0
echo "binary $(readlink -f "$binary")"
echo "link $binary"
errors=$(mktemp)
# One call for all, since each start of the client costs as much as what it asks. Warnings about the client's own
# configuration go to stderr and are no part of the version. Each line begins anew: a plugin that is broken has none.
info=$(timeout 15 docker info --format '{{println "engine" .ServerVersion}}{{range .SecurityOptions}}{{println "security" .}}{{end}}{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{println "compose" .Version}}{{end}}{{end}}' 2>"$errors")
printf '%s\n' "$info" | grep -e '^engine [0-9]' -e '^security ' -e '^compose ' || true
printf '%s\n' "$info" | grep -q '^engine [0-9]' || {
  sed 's/^/error /' "$errors"
  silent=yes
}
rm -f "$errors"
printf '%s\n' "$info" | grep -q '^compose ' || echo "compose $(timeout 15 docker compose version --short 2>/dev/null)"
# An engine that hangs would be waited for again.
[ -z "\${silent:-}" ] || exit 0
echo "foreign $(timeout 15 docker ps -a --format '{{.Label "com.docker.compose.project"}}' 2>/dev/null | grep -v -c '^matrix-bastion$')"
true`,
  parse(output) {
    const of = (key: string) =>
      lines(output)
        .filter((line) => line.startsWith(`${key} `))
        .map((line) => line.slice(key.length + 1).trimEnd());
    return {
      binary: of('binary')[0] ?? '',
      engine: version(of('engine')[0]),
      compose: version(of('compose')[0]?.replace(/^v/, '')),
      error: of('error').join('\n'),
      rootless: of('security').some((line) => line.includes('rootless')),
      daemonJson: of('daemon').join('\n'),
      daemonJsonMode: Number.parseInt(of('daemonmode')[0] ?? '644', 8),
      daemonJsonStale: /^daemonstale$/m.test(output),
      dockerd: /^dockerd$/m.test(output),
      foreignContainers: Number(of('foreign')[0] ?? 0),
    };
  },
};

/** `v2.26.1-4` and `2.26.1` are the same Compose: distributions add a revision to the one and not to the label. */
const numbers = (version = ''): string => /\d+(\.\d+)*/.exec(version)?.[0] ?? '';

export interface ContainerFact {
  readonly service: string;
  readonly state: string;
  /** `healthy`, `unhealthy`, `starting`, or empty without a health check. */
  readonly health: string;
  readonly image: string;
  /** Value of our config label. */
  readonly config: string;
  readonly startedAt: string;
  /** Folder of the compose file that the container was made from. */
  readonly workingDir: string;
  /** Where the machine hands requests to it: `:443` on every address, `127.0.0.1:8008`, `[::1]:8008`. */
  readonly published: readonly string[];
  /**
   * Made from another definition than compose.yaml holds now, by Compose's own hash: somebody changed the file and
   * ran Compose by hand. Told only when the same version of Compose made it; another may hash otherwise.
   */
  readonly drifted: boolean;
}

/** Names of containers that are not of our project and have our database mounted: two Postgres on one folder destroy it. */
export const databaseSharers: Fact<readonly string[]> = {
  name: 'databaseSharers',
  script: `command -v docker >/dev/null || exit 0
timeout 15 docker ps -a --filter volume=/opt/matrix-bastion/postgres/data/cluster --format '{{.Label "com.docker.compose.project"}} {{.Names}}' 2>/dev/null |
  grep -v -e '^matrix-bastion ' -e ' matrix-bastion-\\(scratch\\|old\\|new\\)$'
true`,
  parse: (output) => lines(output).map((line) => line.split(' ').at(-1) ?? ''),
};

export const containers: Fact<ContainerFact[]> = {
  name: 'containers',
  script: `command -v docker >/dev/null || exit 0
${HEALTH_CHECK}
(cd /opt/matrix-bastion && timeout 15 docker compose config --hash '*' 2>/dev/null | sed 's/^/wanted /')
ids=$(timeout 15 docker ps -a -q --filter label=com.docker.compose.project=matrix-bastion --filter label=com.docker.compose.oneoff=False 2>/dev/null)
[ -n "$ids" ] || exit 0
timeout 15 docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}|{{.State.Status}}|{{if .State.Health}}{{.State.Health.Status}}{{end}}|{{.Config.Image}}|{{index .Config.Labels "org.matrix-bastion.config"}}|{{.State.StartedAt}}|{{index .Config.Labels "com.docker.compose.project.working_dir"}}|{{index .Config.Labels "com.docker.compose.config-hash"}}|{{index .Config.Labels "com.docker.compose.version"}}|{{range .HostConfig.PortBindings}}{{range .}}{{.HostIp}}={{.HostPort}} {{end}}{{end}}|{{.Id}}' $ids |
while IFS= read -r line; do
  # A check that has not run yet, or that failed before something was repaired, says nothing about now: run it.
  case $line in
    *'|running|starting|'* | *'|running|unhealthy|'*)
      healthy "\${line##*|}" </dev/null && line=$(printf '%s' "$line" | sed 's/|running|[a-z]*|/|running|healthy|/')
      ;;
  esac
  printf '%s\\n' "$line"
done`,
  parse(output, { docker: aboutDocker = '' } = {}) {
    const all = lines(output);
    const wanted = new Map(
      all
        .filter((line) => line.startsWith('wanted '))
        .map((line) => line.split(' ').slice(1) as [string, string]),
    );
    const version = docker.parse(aboutDocker).compose;
    return all
      .filter((line) => line.includes('|'))
      .map((line) => {
        const fields = line.split('|');
        const [
          service = '',
          state = '',
          health = '',
          image = '',
          config = '',
          startedAt = '',
          workingDir = '',
        ] = fields;
        const [hash, madeBy, ports = ''] = fields.slice(7);
        const published = [...ports.matchAll(/(\S*)=(\d+) /g)].map(
          ([, address = '', port]) => `${bracketed(address)}:${port}`,
        );
        const hashNow = wanted.get(service);
        const drifted = hashNow !== undefined && numbers(madeBy) === numbers(version) && hash !== hashNow;
        return {
          service,
          state,
          health,
          image,
          config,
          startedAt,
          workingDir,
          published: [...new Set(published)],
          drifted,
        };
      });
  },
};
