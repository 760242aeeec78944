/**
 * What `init` must refuse on a real machine: each fault is made, met as a person meets it, and unmade. Docker as a snap
 * is in the unit tests of the preflight; machines share this one's clock, so a wrong one is a `date` that says so.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS } from '../../src/render/layout.ts';
import { BIN, initArguments, installation, product, stateFile } from '../support/product.ts';
import { createVps, dns, machines, nameWithCaa, operator, type Vps } from '../world/index.ts';
import { expectRefused, type Refused } from './support-refusals/block.ts';
import { holdLock, until } from './support-refusals/locks.ts';
import { untouched } from './support-refusals/untouched.ts';
import { until as untilThere } from './variants/inside.ts';

const DOMAIN = 'refused.test';
const MATRIX = `matrix.${DOMAIN}`;
/** The domain of the one machine that has every fault at once. */
const CROWDED = 'crowded.test';
const DISTRO = ['--docker-source', 'distro'] as const;

const folder = mkdtempSync(join(tmpdir(), 'refusals-'));
let vps: Vps;

const secret = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
};

const removeOurs = async () => {
  for (const machine of machines()) if (machine.name.startsWith('t-refused-')) await machine.remove();
  await dns.remove(DOMAIN, MATRIX, CROWDED, nameWithCaa.name);
};

/** No run may go by what an earlier one kept on the operator's side. */
const forgetAnswers = () => {
  for (const domain of [DOMAIN, CROWDED])
    rmSync(dirname(stateFile(domain, 'x')), { recursive: true, force: true });
};

const pointHere = async (machine: Vps) => {
  const here = { a: machine.ip, aaaa: machine.ip6 };
  await dns.set(DOMAIN, here);
  await dns.set(MATRIX, here);
};

const init = (flags: readonly string[], machine = vps, domain = DOMAIN) => {
  forgetAnswers();
  return installation({ vps: machine, domain, flags });
};

const expectReady = async (flags: readonly string[] = DISTRO, machine = vps) => {
  const ran = await untouched(machine, () => init([...flags, '--dry-run'], machine));
  expect(ran.all).toContain('Dry run: nothing was changed.');
  expect(ran.exitCode).toBe(0);
};

beforeAll(async () => {
  await removeOurs();
  vps = await createVps({ name: 't-refused-one', domains: [DOMAIN, MATRIX] });
});

afterAll(async () => {
  await removeOurs();
  forgetAnswers();
  rmSync(folder, { recursive: true });
});

describe('the connection', () => {
  const bare = (target: string, ...flags: string[]) => {
    forgetAnswers();
    return product(['init', target, '--domain', DOMAIN, '--non-interactive', ...flags]);
  };
  const refusedBare = async (target: string, flags: string[], refused: Refused) =>
    expectRefused(await untouched(vps, () => bare(target, ...flags)), target, refused);

  test('a machine that was never seen', async () => {
    await operator.forget(vps.ip);
    await refusedBare(`root@${vps.ip}`, [], {
      exitCode: 4,
      code: 'MB-SSH-HOSTKEY-UNKNOWN',
      why: new RegExp(`ed25519 key ${vps.fingerprint.replaceAll('+', '\\+')}`),
      fix: /console shows: ssh-keygen -lf .*\n.*--host-key SHA256:/,
      safe: /Nothing was sent to that machine, and nothing was changed/,
    });
  });

  test('another key than the one given', async () => {
    await refusedBare(`root@${vps.ip}`, ['--host-key', `SHA256:${'A'.repeat(43)}`], {
      exitCode: 4,
      code: 'MB-SSH-HOSTKEY-MISMATCH',
      why: /Given: SHA256:AAAA.*\nShown: SHA256:.*\(ssh-ed25519\)/,
      fix: /--host-key/,
      safe: /Nothing was sent to that machine, and nothing was changed/,
    });
  });

  test('a key that changed, also when the new one is given', async () => {
    await expectReady();
    await vps.exec(
      'mkdir /run/keys && mv /etc/ssh/ssh_host_* /run/keys && ssh-keygen -q -A && systemctl restart ssh',
    );
    const { stdout } = await vps.exec('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    for (const flags of [[], ['--host-key', stdout.split(' ')[1] ?? '']])
      await refusedBare(`root@${vps.ip}`, flags, {
        exitCode: 4,
        code: 'MB-SSH-HOSTKEY-CHANGED',
        why: /another one stands in .*known_hosts:\d+/,
        fix: new RegExp(`ask the provider.*\n(?:.*\n)*ssh-keygen -R ${vps.ip} -f /`),
        safe: /Nothing was sent to that machine, and nothing was changed/,
      });
    await vps.exec('mv -f /run/keys/* /etc/ssh/ && systemctl restart ssh');
    await expectReady();
  });

  test('nobody answers', async () => {
    await vps.exec(`systemd-run -q --unit silent python3 -c '
import socket
server = socket.create_server(("", 2223))
held = []
while True: held.append(server.accept())'`);
    await untilThere(vps, `ss -Hltn 'sport = :2223' | grep -q .`);
    const nobody: [target: string, refused: Refused][] = [
      [`root@${vps.ip}:2222`, { exitCode: 1, code: 'MB-SSH-REFUSED', fix: /give the port: root@HOST:PORT/ }],
      ['root@10.99.0.250', { exitCode: 1, code: 'MB-SSH-UNREACHABLE', fix: /Is the machine running/ }],
      [`root@none.${DOMAIN}`, { exitCode: 1, code: 'MB-SSH-NAME', fix: /spelling, or give the address/ }],
      [`root@${vps.ip}:2223`, { exitCode: 1, code: 'MB-SSH-TIMEOUT', fix: /the provider's firewall/ }],
    ];
    const ran = await untouched(vps, () =>
      Promise.all(nobody.map(([target]) => product(['init', target, '--domain', DOMAIN]))),
    );
    for (const [index, [target, refused]] of nobody.entries())
      expectRefused(ran[index] as (typeof ran)[number], target, refused);
    await vps.exec('systemctl stop silent');
  });

  test('no key that it takes, and a wrong password', async () => {
    const keys = '/root/.ssh/authorized_keys';
    await vps.exec(`mv ${keys} ${keys}.off`);
    const refused: Refused = {
      exitCode: 1,
      code: 'MB-SSH-AUTH',
      why: /It accepts: publickey, password\.\nWe tried:\n.*id_ed25519 .*: not accepted/,
      fix: /--identity ~\/\.ssh\/KEY[\s\S]*--ssh-password-file FILE/,
    };
    const target = `root@${vps.ip}`;
    expectRefused(await untouched(vps, () => init(DISTRO)), target, {
      ...refused,
      why: /password: left out, because nobody can be asked/,
    });
    const wrong = ['--ssh-password-file', secret('ssh-wrong', 'correct-horse-battery')];
    const ran = await untouched(vps, () => init([...DISTRO, ...wrong]));
    expectRefused(ran, target, { ...refused, why: /password: not accepted/ });
    expect(ran.all).not.toContain('correct-horse-battery');
    await expectReady([...DISTRO, '--ssh-password-file', secret('ssh-right', vps.password)]);
    await vps.exec(`mv ${keys}.off ${keys}`);
  });
});

describe('becoming root', () => {
  let other: Vps;
  beforeAll(async () => {
    other = await createVps({ name: 't-refused-sudo', user: 'sudo-password' });
    await other.exec(`useradd -m -s /bin/bash guest && echo guest:guest-password | chpasswd
cp -r /home/admin/.ssh /home/guest/ && chown -R guest: /home/guest/.ssh
# sudo leaves this at its first success.
install -o admin -g admin -m 0644 /dev/null /home/admin/.sudo_as_admin_successful`);
    await pointHere(other);
  });
  afterAll(async () => {
    await other.remove();
    await pointHere(vps);
  });

  const as = (user: string, ...flags: string[]) => {
    forgetAnswers();
    const args = initArguments({ vps: other, domain: DOMAIN, flags: [...DISTRO, ...flags] });
    return untouched(other, () => product(args.map((word) => word.replace(/^admin@/, `${user}@`))));
  };

  test('a sudo password that nobody gave, a wrong one, and the right one', async () => {
    const target = `admin@${other.ip}`;
    expectRefused(await as('admin'), target, {
      exitCode: 1,
      code: 'MB-SSH-SUDO-ASK',
      fix: /--sudo-password-file FILE/,
    });
    const ran = await as('admin', '--sudo-password-file', secret('sudo-wrong', 'correct-horse-battery'));
    expectRefused(ran, target, {
      exitCode: 1,
      code: 'MB-SSH-SUDO-PASSWORD',
      why: /^sudo: 1 incorrect password attempt$/,
      fix: /admin's own password, not root's/,
    });
    expect(ran.all).not.toContain('correct-horse-battery');
    await expectReady([...DISTRO, '--sudo-password-file', secret('sudo-right', other.password)], other);
  });

  test('somebody who may not', async () => {
    const ran = await as('guest', '--sudo-password-file', secret('guest', 'guest-password'));
    expectRefused(ran, `guest@${other.ip}`, {
      exitCode: 1,
      code: 'MB-SSH-SUDO-DENIED',
      why: /guest is not in the sudoers file/,
      fix: /adduser guest sudo\nOr connect as root/,
    });
  });
});

describe('another machine than it takes', () => {
  const onMachine = async (options: Parameters<typeof createVps>[0], refused: Refused) => {
    const other = await createVps(options);
    try {
      await pointHere(other);
      const ran = await untouched(other, () => init(DISTRO, other));
      expectRefused(ran, `root@${other.ip}`, refused);
    } finally {
      await other.remove();
      await pointHere(vps);
    }
  };

  test('a disk of 3 GB', () =>
    onMachine(
      { name: 't-refused-small', disk: '3G' },
      {
        exitCode: 1,
        code: 'MB-HOST-DISK',
        why: /\/opt has \d+ MiB free \(for \/opt\/matrix-bastion\); 4096 MiB are needed/,
        fix: /Free some space on \/opt, or take a larger disk/,
      },
    ));

  test("Debian 12 with the distribution's Docker", () =>
    onMachine(
      { name: 't-refused-old', os: 'debian-12' },
      {
        exitCode: 1,
        code: 'MB-DOCKER-COMPOSE',
        what: /Debian GNU\/Linux 12 \(bookworm\) has no Compose v2/,
        fix: /--docker-source docker/,
      },
    ));
});

describe('before anything is changed', () => {
  interface Fault extends Refused {
    readonly name: string;
    /** Shell on the machine. */
    readonly make?: string;
    readonly unmake?: string;
    /** Records of the Matrix host instead of the right ones; null: none. */
    readonly records?: (machine: Vps) => { a?: string; aaaa?: string } | null;
  }

  const ROOT = PATHS.root;
  const EMPTY = `rm -rf ${ROOT}`;
  const nginx = (listen: string) =>
    `printf 'server { listen ${listen}; }\\n' >/etc/nginx/sites-enabled/default && systemctl enable -q --now nginx`;

  const FAULTS: readonly Fault[] = [
    {
      name: 'nginx on port 443',
      make: nginx('443'),
      // What the failure says that is to be done.
      unmake: 'systemctl disable --now nginx',
      exitCode: 1,
      code: 'MB-HOST-PORT',
      what: /^Port 443 is taken by nginx \(pid \d+\)\.$/,
      fix: /systemctl disable --now nginx/,
    },
    {
      name: 'nginx on port 80, on IPv6 only',
      make: nginx('[::]:80 ipv6only=on'),
      unmake: 'systemctl disable --now nginx',
      exitCode: 1,
      code: 'MB-HOST-PORT',
      what: /^Port 80 is taken by nginx \(pid \d+\)\.$/,
      fix: /systemctl disable --now nginx/,
    },
    {
      name: 'podman that calls itself docker',
      make: 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends podman-docker >/dev/null',
      unmake: 'apt-get remove -y -qq podman-docker >/dev/null',
      exitCode: 1,
      code: 'MB-DOCKER-PODMAN',
      what: /package podman-docker/,
      fix: /apt-get remove podman-docker/,
    },
    {
      name: 'a Matrix host that points elsewhere',
      records: () => ({ a: '10.99.0.250' }),
      exitCode: 1,
      code: 'MB-DNS-ELSEWHERE',
      what: new RegExp(`^${MATRIX} points at 10\\.99\\.0\\.250, which is not this machine \\(`),
      fix: /At your DNS provider change or remove the record of 10\.99\.0\.250\./,
    },
    {
      name: 'a Matrix host that points elsewhere in IPv6',
      records: ({ ip }) => ({ a: ip, aaaa: 'fd6d:6278:99::dead' }),
      exitCode: 1,
      code: 'MB-DNS-ELSEWHERE',
      what: /points at fd6d:6278:99::dead, which/,
      fix: /remove the record of fd6d:6278:99::dead\./,
    },
    {
      name: 'a Matrix host that does not exist',
      records: () => null,
      exitCode: 1,
      code: 'MB-DNS-MISSING',
      fix: new RegExp(`At your DNS provider add: ${MATRIX.replaceAll('.', '\\.')} A 10\\.99\\.`),
    },
    {
      name: "another domain's server",
      make: `mkdir ${ROOT} && echo 'domain: other.test' >${ROOT}/answers.yaml`,
      unmake: EMPTY,
      exitCode: 4,
      code: 'MB-DOMAIN-CHANGED',
      what: /other\.test/,
      fix: /use another machine/,
    },
    {
      name: 'answers that cannot be read',
      make: `mkdir ${ROOT} && echo 'domain: [' >${ROOT}/answers.yaml`,
      unmake: EMPTY,
      exitCode: 4,
      code: 'MB-ANSWERS-DAMAGED',
      fix: /restore it from your backup/,
    },
    {
      name: "somebody's signing key",
      make: `mkdir -p ${PATHS.synapseKeys} && echo key >${PATHS.signingKey}`,
      unmake: EMPTY,
      exitCode: 4,
      code: 'MB-DATA-FOREIGN',
      fix: /from your backup, or move \/opt\/matrix-bastion away/,
      safe: /Nothing was changed; that data is untouched/,
    },
    {
      name: "somebody's database",
      make: `mkdir -p ${PATHS.postgresData} && echo 17 >${PATHS.postgresData}/PG_VERSION`,
      unmake: EMPTY,
      exitCode: 4,
      code: 'MB-DATA-FOREIGN',
      fix: /from your backup, or move \/opt\/matrix-bastion away/,
      safe: /Nothing was changed; that data is untouched/,
    },
    {
      name: 'a symbolic link to a folder',
      make: `mkdir /srv/data && ln -s /srv/data ${ROOT}`,
      unmake: `${EMPTY} /srv/data`,
      exitCode: 1,
      code: 'MB-HOST-ROOT',
      what: /is a symbolic link/,
      fix: /rm \/opt\/matrix-bastion\n.*mount --bind/,
    },
    {
      name: 'a symbolic link to nothing',
      make: `ln -s /srv/none ${ROOT}`,
      unmake: EMPTY,
      exitCode: 1,
      code: 'MB-HOST-ROOT',
      what: /is a symbolic link/,
      fix: /rm \/opt\/matrix-bastion/,
    },
    {
      name: 'a file',
      make: `echo hello >${ROOT}`,
      unmake: EMPTY,
      exitCode: 1,
      code: 'MB-HOST-ROOT',
      what: /is a file/,
      fix: /mv \/opt\/matrix-bastion /,
    },
  ];

  beforeAll(async () => {
    await vps.exec(
      'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >/dev/null && systemctl disable -q --now nginx',
    );
  });

  test.each(FAULTS)('$name', async ({ make, unmake, records, ...refused }) => {
    if (make) await vps.exec(make);
    const found = records?.(vps);
    if (found === null) await dns.remove(MATRIX);
    else if (found) await dns.set(MATRIX, found);
    try {
      const ran = await untouched(vps, () => init(DISTRO));
      expectRefused(ran, `root@${vps.ip}`, refused);
    } finally {
      if (unmake) await vps.exec(unmake);
      if (records) await pointHere(vps);
    }
  });

  test('everything at once, in one run and one block', async () => {
    const dead = 'fd6d:6278:99::dead';
    await vps.exec(`${nginx('443')}
mkdir -p /var/lib/docker
mount -t tmpfs -o size=8G,nr_inodes=2000 tmpfs /opt
mount -t tmpfs -o size=100M tmpfs /var/lib/docker
cp /etc/hosts /run/hosts && echo '127.0.0.1 ghcr.io' >>/etc/hosts
printf '#!/bin/sh\nexec /usr/bin/date -d "+1 hour" "$@"\n' >/usr/local/bin/date && chmod 755 /usr/local/bin/date
ip -6 route show default >/run/route6 && ip -6 route del default
# What comes to port 80 is let in, and what goes back is dropped: to the operator, a firewall of the provider's.
ip rule add pref 10 ipproto tcp sport 80 to ${operator.ip} blackhole`);
    const lock = await holdLock(vps, '/var/lib/dpkg/lock-frontend');
    await lock.held(180);
    await dns.set(nameWithCaa.name, { a: vps.ip, aaaa: [vps.ip6, dead] });
    await dns.set(CROWDED, { a: '104.16.0.1' });
    const ran = await untouched(vps, () => init(DISTRO, vps, CROWDED));
    const problems: readonly [code: string, found: RegExp, fix: RegExp, who: RegExp][] = [
      ['MB-HOST-INODES', /\/opt has only \d+ inodes left/, /du --inodes -x \/opt/, /you/],
      ['MB-HOST-DISK', /\/var\/lib\/docker has 100 MiB free/, /Free some space/, /you/],
      ['MB-HOST-CLOCK', /clock is 60 minutes ahead of that of acme-v02/, /timedatectl set-ntp true/, /you/],
      ['MB-HOST-PORT', /Port 443 is taken by nginx \(pid \d+\)/, /systemctl disable --now nginx/, /you/],
      [
        'MB-NET-OUT',
        /cannot reach ghcr\.io\. .*IPv4 127\.0\.0\.1 refused/,
        /\/etc\/hosts/,
        /hosting provider/,
      ],
      [
        'MB-DNS-ELSEWHERE',
        /points at fd6d:6278:99::dead, which/,
        /remove the record of fd6d/,
        /DNS provider/,
      ],
      ['MB-DNS-CAA', /they allow only ca\.example/, /CAA 0 issue "letsencrypt\.org"/, /DNS provider/],
      ['MB-NET-IPV6', /it has no IPv6 route out/, /Set the gateway/, /hosting provider/],
      ['MB-PORT-CLOSED', /Port 80 .*10\.99\.0\.\d+: no answer/, /provider's panel/, /hosting provider/],
    ];
    const each = (pick: (row: (typeof problems)[number]) => RegExp) =>
      new RegExp(
        problems.map((row, index) => `^${index + 1}\\. .*${pick(row).source}`).join('[\\s\\S]*?'),
        'm',
      );
    expectRefused(ran, `root@${vps.ip}`, {
      exitCode: 1,
      code: problems.map(([code]) => code).join(', '),
      what: /^9 things stand in the way\.$/,
      why: each(([, found]) => found),
      fix: each(([, , fix]) => fix),
      who: each(([, , , who]) => who),
    });
    expect(ran.all).toMatch(/WARNING MB-HOST-BUSY .*python3 \(pid \d+\), which holds the package lock/);
    expect(ran.all).toMatch(/WARNING MB-DNS-CDN crowded\.test is behind Cloudflare's proxy/);
    await lock.release();
    await vps.exec(`systemctl disable -q --now nginx
umount /opt /var/lib/docker
cat /run/hosts >/etc/hosts
rm /usr/local/bin/date
xargs ip -6 route add </run/route6
ip rule del pref 10`);
    await dns.remove(CROWDED, nameWithCaa.name);
  });

  test('a machine without IPv4 meets a registry without IPv6', async () => {
    const target = `root@[${vps.ip6}]`;
    // Its name server has IPv4 only, so it knows the names by itself.
    await vps.exec(`cp /etc/hosts /run/hosts
for name in ghcr.io registry-1.docker.io auth.docker.io acme-v02.api.letsencrypt.org $(apt-get indextargets --format '$(URI)' | cut -d / -f 3 | sort -u); do
  getent ahostsv4 $name | sed -n "s/ *STREAM.*/ $name/p" | head -n 1
done >>/etc/hosts
ip -4 -o addr show dev eth0 | awk '{ print $4 }' >/run/address4
ip -4 route show default >/run/route4
ip -4 addr flush dev eth0`);
    await dns.set(DOMAIN, { aaaa: vps.ip6 });
    await dns.set(MATRIX, { aaaa: vps.ip6 });
    forgetAnswers();
    const args = initArguments({ vps, domain: DOMAIN, flags: DISTRO });
    const ran = await product(args.map((word) => (word === `root@${vps.ip}` ? target : word)));
    await vps.exec(`xargs -I{} ip addr add {} dev eth0 </run/address4
xargs ip route add </run/route4
cat /run/hosts >/etc/hosts`);
    await pointHere(vps);
    // As a shell has to see it.
    expectRefused(ran, `'${target}'`, {
      exitCode: 1,
      code: 'MB-NET-IPV4',
      what: /no way out over IPv4, and these have no IPv6 address: .*ghcr\.io, registry-1\.docker\.io/,
      why: /ghcr\.io port 443 \(the images\): IPv4 \S+ unreachable, IPv6 no address/,
      fix: /Order an IPv4 address[\s\S]*NAT64/,
      who: /^your hosting provider$/,
    });
  });

  test('a name that comes while it is waited for', async () => {
    await dns.remove(MATRIX);
    forgetAnswers();
    const args = initArguments({ vps, domain: DOMAIN, flags: [...DISTRO, '--dry-run', '--wait', '10m'] });
    const child = operator.spawn([process.execPath, BIN, ...args], { reject: false, all: true });
    let screen = '';
    child.all?.on('data', (text: Buffer) => {
      screen += text.toString();
    });
    await until('the waiting', 180, () => screen.includes(`Waiting: ${MATRIX} has no address in the DNS`));
    await pointHere(vps);
    expect((await child).exitCode).toBe(0);
    expect(screen).toContain('Dry run: nothing was changed.');
  });

  test('without any of it the run would begin', () => expectReady());
});

describe('in the first step', () => {
  const DOCKER = ['--docker-source', 'docker'] as const;
  const keepHosts = 'cp /etc/hosts /run/hosts';
  const restoreHosts = 'cat /run/hosts >/etc/hosts';

  test("a key that is not Docker's", async () => {
    const ran = await untouched(vps, () => init(DOCKER));
    expectRefused(ran, `root@${vps.ip}`, {
      exitCode: 4,
      code: 'MB-DOCKER-KEY',
      why: /Expected 9DC858229FC7DD38854AE2D88D81803C0EBFCD88, found [0-9A-F]{40}/,
      fix: /--docker-source distro/,
      safe: /The key was not installed; no package was changed/,
    });
    expect(ran.all).not.toContain('KEY LS0t');
  });

  test("Docker's repository out of apt's reach", async () => {
    const proxy = '/etc/apt/apt.conf.d/99proxy';
    await vps.exec(`echo 'Acquire::https::Proxy "http://127.0.0.1:9";' >${proxy}`);
    const ran = await untouched(vps, () => init(DOCKER));
    await vps.exec(`rm ${proxy}`);
    expectRefused(ran, `root@${vps.ip}`, {
      exitCode: 1,
      code: 'MB-DOCKER-REPOSITORY',
      why: /^E: Failed to fetch https:\/\/download\.docker\.com/,
      fix: /DNS, its firewall, its proxy/,
      safe: /No package was changed/,
    });
  });

  test('package sources that apt cannot read', async () => {
    const broken = '/etc/apt/sources.list.d/broken.sources';
    await vps.exec(`printf 'Types: deb\\nURIs: nonsense\\n' >${broken}`);
    const ran = await init(DISTRO);
    await vps.exec(`rm ${broken}`);
    expectRefused(ran, `root@${vps.ip}`, {
      exitCode: 1,
      code: 'MB-APT',
      why: /^E: Malformed entry 1 in sources file .*broken\.sources/,
      fix: /apt-get update/,
      safe: /Rerunning is safe/,
    });
  });

  test("package sources out of apt's reach", async () => {
    const proxy = '/etc/apt/apt.conf.d/99proxy';
    await vps.exec(
      `echo 'Acquire::http::Proxy "http://127.0.0.1:9";' >${proxy} && rm -rf /var/lib/apt/lists/*`,
    );
    const ran = await init(DISTRO);
    await vps.exec(`rm ${proxy}`);
    expectRefused(ran, `root@${vps.ip}`, {
      exitCode: 1,
      code: 'MB-APT',
      why: /^W: Failed to fetch http:\/\/[a-z]+\.debian\.org\/debian/,
      fix: /way out to its package sources/,
      safe: /Rerunning is safe/,
    });
  });

  test('package locks, held before and taken during the run, are waited for; then a registry out of reach', async () => {
    forgetAnswers();
    const lists = await holdLock(vps, '/var/lib/apt/lists/lock');
    const before = await lists.held(180);
    const args = initArguments({ vps, domain: DOMAIN, flags: DISTRO });
    const child = operator.spawn([process.execPath, BIN, ...args], {
      reject: false,
      all: true,
      stdin: 'ignore',
      stripFinalNewline: false,
    });
    let screen = '';
    child.all?.on('data', (text: Buffer) => {
      screen += text.toString();
    });
    await until('the first wait', 180, () =>
      screen.includes(`waiting for python3 (pid ${before}), which holds the package lock`),
    );
    // What was there at the first look need not be there later.
    await vps.exec(`${keepHosts}; echo '127.0.0.1 ghcr.io' >>/etc/hosts`);
    // Once apt gets to work on its lists, somebody takes the lock that the installation needs.
    const dpkg = await holdLock(vps, '/var/lib/dpkg/lock-frontend', 'apt-get');
    await lists.release();
    const during = await dpkg.held(180);
    await until('the second wait', 180, () =>
      screen.includes(`waiting for python3 (pid ${during}), which holds the package lock`),
    );
    expect(screen).not.toContain('FAILED');
    await dpkg.release();

    const { exitCode = 1, durationMs } = await child;
    const ran = { exitCode, all: screen, stdout: '', stderr: '', timedOut: false, milliseconds: durationMs };
    expectRefused(ran, `root@${vps.ip}`, {
      exitCode: 1,
      code: 'MB-PULL',
      why: /ghcr\.io\/element-hq\/synapse.*refused/,
      fix: /way out to the registry \(DNS, firewall, proxy\)/,
      safe: /What was pulled stays; nothing was started or stopped/,
    });
    expect((await vps.exec('docker ps -aq')).stdout).toBe('');
    expect((await vps.exec('docker images')).stdout).toContain('caddy');
    await vps.exec(restoreHosts);
  });
});
