import { describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';
import { parseSurroundings, type WayOut } from '../../../src/host/facts/surroundings.ts';
import { runWith } from '../../support/fake-commands.ts';

const scripts = loadScripts();

/** Commands of a machine whose every answer is known; those of a test come over them. */
const QUIET = {
  'systemd-detect-virt': 'case $* in *--container*) echo none; exit 1 ;; esac; echo kvm',
  ip: 'exit 0',
  systemctl: 'exit 1',
  nft: 'exit 0',
  iptables: 'exit 0',
  'apt-config': 'exit 0',
  'apt-get': 'exit 0',
  getent: 'exit 2',
  uname: 'echo 6.12.48+deb13-amd64',
} as const;

const look = async (commands: Readonly<Record<string, string>> = {}, names: readonly string[] = []) => {
  const text = script({ scripts }, 'look-around.sh', { names: names.join('\n'), seconds: 1 });
  const ran = await runWith({ ...QUIET, ...commands }, text);
  expect(ran.code).toBe(0);
  return parseSurroundings(ran.stdout);
};

describe('look-around.sh', () => {
  it('tells kernel, virtualisation and routes', async () => {
    expect(await look()).toMatchObject({
      kernel: '6.12.48+deb13-amd64',
      virtualisation: 'kvm',
      routes: { 4: true, 6: true },
      firewall: '',
      proxies: [],
      ways: [],
    });
    expect((await look({ ip: '[ "$1" = -4 ]' })).routes).toEqual({ 4: true, 6: false });
  });

  it('tries in a container only whether it may run containers', async () => {
    expect((await look()).namespaces).toBeUndefined();
    const lxc = { 'systemd-detect-virt': 'echo lxc' };
    expect(await look({ ...lxc, unshare: 'exit 1' })).toMatchObject({
      virtualisation: 'lxc',
      namespaces: false,
    });
    expect(await look({ ...lxc, unshare: 'exit 0' })).toMatchObject({ namespaces: true });
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["apt's", { 'apt-config': `echo 'Acquire::http::Proxy "http://proxy:3128";'` }, ['apt']],
    [
      "apt's, for one host",
      { 'apt-config': `echo 'Acquire::https::Proxy::x.org "http://proxy:3128";'` },
      ['apt'],
    ],
    ['none of apt', { 'apt-config': `echo 'Acquire::http::Proxy "";'` }, []],
    ["Docker's", { systemctl: '[ "$1" = show ] && echo HTTPS_PROXY=http://proxy:3128' }, ['docker']],
  ])('sees a proxy: %s', async (_name, commands, proxies) => {
    expect((await look(commands)).proxies).toEqual(proxies);
  });

  it('asks both families of each name and keeps them apart', async () => {
    const getent = `case "$*" in
  *ahostsv4*open.test) printf '192.0.2.1 STREAM open.test\\n192.0.2.1 DGRAM\\n192.0.2.1 RAW\\n' ;;
  *ahostsv6*open.test) echo '::ffff:192.0.2.1 STREAM open.test' ;;
  *ahostsv4*shut.test) echo '192.0.2.2 STREAM shut.test' ;;
  *ahostsv6*shut.test) echo '2001:db8::2 STREAM shut.test' ;;
  *ahostsv4*here.test) echo '127.0.0.1 STREAM here.test' ;;
  *) exit 2 ;;
esac`;
    const bash = `case "$*" in
  *192.0.2.1*) exit 0 ;;
  *192.0.2.2*) echo 'bash: connect: Connection refused'; exit 1 ;;
  *2001:db8::2*) echo 'bash: connect: Network is unreachable'; exit 1 ;;
esac
exit 0`;
    const names = [
      'registry open.test 443',
      'acme shut.test 443',
      'apt here.test 80',
      'docker-packages none.test 443',
    ];
    const { ways } = await look({ getent, bash }, names);
    const of = (name: string) =>
      ways
        .filter((way) => way.name === name)
        .toSorted((one, two) => one.family - two.family)
        .map(({ outcome }) => outcome);
    expect(of('open.test')).toEqual(['open', 'no-address']);
    expect(of('shut.test')).toEqual(['refused', 'unreachable']);
    // Whoever answers there, it is not the registry.
    expect(of('here.test')).toEqual(['refused', 'no-address']);
    expect(of('none.test')).toEqual(['no-address', 'no-address']);
    expect(ways.find(({ name }) => name === 'open.test')?.use).toBe('registry');
  });

  it('gives up on a place that says nothing', async () => {
    const getent = `case "$*" in *ahostsv4*) echo '192.0.2.1 STREAM x' ;; *) exit 2 ;; esac`;
    const { ways } = await look({ getent, bash: 'exec /bin/sleep 30' }, ['acme x.test 443']);
    expect(
      ways.map(({ family, outcome }): [WayOut['family'], string] => [family, outcome]).toSorted(),
    ).toEqual([
      [4, 'silent'],
      [6, 'no-address'],
    ]);
  });

  it('finds the hosts of the package sources, with their ports and without a login', async () => {
    const uris = [
      "'http://deb.debian.example/debian/dists/trixie/InRelease' x 0",
      "'http://deb.debian.example/debian/dists/trixie/main/Packages.xz' x 0",
      "'https://user:secret@mirror.test/ubuntu/dists/noble/InRelease' x 0",
      "'http://cache.test:3142/debian/dists/trixie/InRelease' x 0",
      "'file:/srv/repo/dists/x/InRelease' x 0",
    ];
    const { ways } = await look({ 'apt-get': `cat <<'EOF'\n${uris.join('\n')}\nEOF` });
    const places = new Set(ways.map(({ use, name, port }) => `${use} ${name} ${port}`));
    expect([...places].toSorted()).toEqual([
      'apt cache.test 3142',
      'apt deb.debian.example 80',
      'apt mirror.test 443',
    ]);
    expect(JSON.stringify(ways)).not.toContain('secret');
  });
});

describe('parseSurroundings', () => {
  it('leaves out what it does not know', () => {
    expect(
      parseSurroundings('way other x 443 4 open\nway apt x 80 5 open\nway apt x 80 4 perhaps\nnoise\n'),
    ).toEqual({
      kernel: '',
      virtualisation: '',
      routes: { 4: false, 6: false },
      firewall: '',
      proxies: [],
      ways: [],
    });
  });
});
