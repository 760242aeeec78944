import type { Vps } from '../../world/index.ts';

/** Looks into a machine past SSH, never through the product. */

const ROOT = '/opt/matrix-bastion';

const linesOf = async (vps: Vps, script: string): Promise<string[]> =>
  (await vps.exec(script)).stdout.split('\n').filter((line) => line !== '');

/** Waits, on the machine itself, until a condition holds; what is awaited may last for a tenth of a second only. */
export const until = async (vps: Vps, condition: string, seconds = 300): Promise<void> => {
  await vps.exec(
    `for i in $(seq ${seconds * 25}); do { ${condition}; } >/dev/null 2>&1 && exit 0; sleep 0.04; done
echo 'did not come about within ${seconds} s' >&2; exit 1`,
  );
};

/** Packages and their states, and the sources and keys that apt trusts. */
export const packages = (vps: Vps): Promise<string[]> =>
  linesOf(
    vps,
    `dpkg-query -W -f '\${db:Status-Abbrev} \${Package} \${Version}\\n'
find /etc/apt -type f -exec sha256sum {} +`,
  );

/** What the product has put below its root, without the services' data: type, mode, owner, path, hash or target. */
export const tree = (vps: Vps): Promise<string[]> =>
  linesOf(
    vps,
    `cd ${ROOT} && find . \\( -path './*/data' -o -path ./synapse/tmp \\) -printf '%y %m %U:%G %p\\n' -prune \\
  -o -path './secrets/*' -printf '%y %m %U:%G %p\\n' -o -path './synapse/keys/*' -printf '%y %m %U:%G %p\\n' \\
  -o -type f -printf '%y %m %U:%G %p ' -exec sh -c 'sha256sum <"$1" | cut -c1-64' sh {} \\; \\
  -o -printf '%y %m %U:%G %p %l\\n' | sort -k 4`,
  );

/** Hashes, by path, of the signing key and of the secrets that are there; they leave the machine as hashes only. */
export const secretHashes = async (vps: Vps): Promise<Readonly<Record<string, string>>> => {
  const lines = await linesOf(
    vps,
    `cd ${ROOT} 2>/dev/null || exit 0
find secrets synapse/keys/signing.key -type f -size +0 ! -name '*.new.*' -exec sha256sum {} + 2>/dev/null; true`,
  );
  return Object.fromEntries(
    lines.map((line) => {
      const [hash = '', path = ''] = line.split(/ +/);
      return [path, hash];
    }),
  );
};

/** Every container of the machine's engine with its id and the time of its start. */
export const containers = async (vps: Vps): Promise<Readonly<Record<string, string>>> => {
  const lines = await linesOf(
    vps,
    `docker ps -aq | xargs -r docker inspect --format '{{.Name}} {{.Id}} {{.State.StartedAt}}'`,
  );
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...rest] = line.split(' ');
      return [name.slice(1), rest.join(' ')];
    }),
  );
};

/** Hashes of the certificates that Caddy keeps: the same ones, no second order. */
export const certificates = (vps: Vps): Promise<string[]> =>
  linesOf(vps, `find ${ROOT}/caddy/data -name '*.crt' -exec sha256sum {} + | sort`);

/** `PID STARTTIME` of a job of the product's. */
export const jobIdentity = async (vps: Vps, id: string): Promise<string> =>
  (await vps.exec(`cat /run/matrix-bastion/jobs/${id}/pid`)).stdout.trim();

/** A condition for `until`: the process of a job is alive. */
export const jobRuns = (id: string): string =>
  `kill -0 "$(cut -d' ' -f1 /run/matrix-bastion/jobs/${id}/pid)"`;

/**
 * Waits for so many processes by a pattern of their command lines and stops each as it turns up, so that what they do lasts
 * as long as a test looks: one that is seen first and stopped afterwards may be over.
 */
export const freeze = (vps: Vps, pattern: string, count = 1): Promise<void> =>
  until(vps, `pkill -STOP -f '${pattern}'; [ "$(pgrep -c -r T -f '${pattern}')" -ge ${count} ]`);
export const thaw = (vps: Vps, pattern: string) => vps.exec(`kill -CONT $(pgrep -f '${pattern}')`);
