import { readdirSync, readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { containers } from '../../../src/host/facts/docker.ts';
import { factsScript, parseFacts } from '../../../src/host/facts/index.ts';
import { addresses, listeners, routerAdvertisements } from '../../../src/host/facts/network.ts';
import { packages } from '../../../src/host/facts/packages.ts';
import { os } from '../../../src/host/facts/system.ts';
import { COMPONENTS, PATHS } from '../../../src/render/layout.ts';

/** What the facts script printed on a real machine. */
const recorded = (name: string) =>
  parseFacts(readFileSync(new URL(`./recorded/${name}.json`, import.meta.url), 'utf8'), 0);

describe('facts of real machines', () => {
  it.each([
    ['fresh-debian-12', 'bookworm'],
    ['fresh-debian-13', 'trixie'],
  ])('%s has nothing on it', (name, codename) => {
    const facts = recorded(name);
    expect(facts.os).toMatchObject({ id: 'debian', codename });
    expect(facts.machine).toMatchObject({ arch: 'x86_64', dpkgArch: 'amd64', vcpus: 2, memoryMib: 24105 });
    expect(facts.docker).toMatchObject({ binary: '', engine: '', compose: '' });
    expect(facts.packages).toMatchObject({ installed: {}, audit: '', lockHolder: '' });
    expect(facts.disks.map(({ path }) => path)).toEqual(['/opt/matrix-bastion', '/var/lib/docker']);
    expect(facts.disks.every(({ freeMib }) => freeMib > 50_000)).toBe(true);
    expect(facts.addresses).toHaveLength(2);
    expect(facts.files).toEqual({});
    expect(facts.containers).toEqual([]);
  });

  it('a Debian 12 with nginx, the old docker-compose and a held lock', () => {
    const facts = recorded('debian-12-nginx-old-compose-locked');
    expect(facts.listeners[0]).toMatchObject({ port: 80, protocol: 'tcp', process: 'nginx' });
    expect(facts.docker).toMatchObject({ engine: '20.10.24+dfsg1', compose: '' });
    expect(facts.packages.lockHolder).toMatch(/^python3 \(pid \d+\)$/);
    expect(facts.packages.candidates['docker-compose']).toBe('1.29.2-3');
  });

  it('an installed server', () => {
    const facts = recorded('installed-debian-13');
    expect(facts.containers.map(({ service }) => service).sort()).toEqual(
      COMPONENTS.filter((name) => !['element', 'cinny', 'draupnir', 'mjolnir'].includes(name)).sort(),
    );
    for (const container of facts.containers) {
      expect(container).toMatchObject({ state: 'running', health: 'healthy', workingDir: PATHS.root });
      expect(container.config).toMatch(/^[0-9a-f]{64}$/);
      expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    }
    expect(facts.docker).toMatchObject({ engine: '26.1.5+dfsg1', compose: '2.26.1-4' });
    expect(facts.database).toMatchObject({
      answers: true,
      encoding: 'UTF8',
      collate: 'C',
      admins: ['@admin:example.org'],
    });
    expect(facts.files[PATHS.homeserver]).toMatchObject({ type: 'file', mode: 0o640, uid: 0, gid: 991 });
    expect(facts.files[PATHS.homeserver]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(facts.databaseOnDisk.trim()).toBe('17');
    expect(facts.databaseBorn.trim()).toBe(`${facts.database.systemIdentifier} 17`);
    expect(facts.loadedCaddyfile).toMatch(/^[0-9a-f]{64}$/);
  });

  it('never hashes a secret or a key, and does not look into data', () => {
    const { files } = recorded('installed-debian-13');
    const secrets = Object.entries(files).filter(([path]) => /\/(secrets|keys)\//.test(path));
    expect(secrets.length).toBeGreaterThan(9);
    expect(secrets.filter(([, file]) => file.sha256 !== undefined)).toEqual([]);
    const data = Object.keys(files).filter((path) => /\/data\//.test(path));
    expect(data).toEqual([PATHS.postgresData]);
  });
});

describe('the facts script', () => {
  it('runs under any POSIX shell and prints one whole document', () => {
    const { stdout } = execaSync('sh', ['-s'], { input: factsScript() });
    expect(Object.keys(JSON.parse(stdout) as object).length).toBeGreaterThan(15);
    expect(parseFacts(stdout, 0).machine.vcpus).toBeGreaterThan(0);
  });
  it('tells the same where no pipe can be made', () => {
    const names = (text: string) => Object.keys(JSON.parse(execaSync('sh', ['-s'], { input: text }).stdout));
    const without = factsScript().replace('/run/matrix-bastion-facts.XXXXXXXX', '/nonexistent/x.XXXXXXXX');
    expect(without).not.toBe(factsScript());
    expect(names(without).sort()).toEqual(names(factsScript()).sort());
    expect(readdirSync('/run').filter((name) => name.startsWith('matrix-bastion-facts'))).toEqual([]);
  }, 60_000);
  it('is refused when it is cut', () => {
    expect(() => parseFacts('{"os":""}', 0)).toThrow('the facts lack machine');
    expect(() => parseFacts('{"os":"', 0)).toThrow();
  });
});

describe('single facts', () => {
  it('knows a container that was made from another compose.yaml, by the same Compose', () => {
    const line = (service: string, hash: string, version: string) =>
      `${service}|running|healthy|image|config|2026|/opt/matrix-bastion|${hash}|${version}|id`;
    const output = [
      'wanted synapse aaa',
      'wanted caddy bbb',
      'wanted redis ccc',
      line('synapse', 'xxx', '2.26.1'),
      line('caddy', 'bbb', '2.26.1'),
      line('redis', 'xxx', '2.30.0'),
    ].join('\n');
    const others = { docker: 'compose 2.26.1-4\n' };
    expect(containers.parse(output, others).map(({ service, drifted }) => [service, drifted])).toEqual([
      ['synapse', true],
      ['caddy', false],
      ['redis', false],
    ]);
  });
  it('reads quoted and unquoted os-release values', () => {
    expect(
      os.parse('ID=ubuntu\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nPRETTY_NAME=\'Ubuntu 24.04\'\n'),
    ).toEqual({
      id: 'ubuntu',
      version: '24.04',
      codename: 'noble',
      pretty: 'Ubuntu 24.04',
    });
  });
  it("leaves Docker's bridges out of the addresses", () => {
    const output = `2: eth0    inet 203.0.113.7/24 brd 203.0.113.255 scope global eth0\\       valid_lft forever
2: eth0    inet6 2001:DB8::7/64 scope global dynamic mngtmpaddr \\       valid_lft 86390sec
3: docker0    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0
4: br-1f2e    inet6 fd6d:6261:7374::1/64 scope global nodad `;
    expect(addresses.parse(output)).toEqual(['203.0.113.7', '2001:db8::7']);
  });
  it('names who listens, over IPv4, IPv6 and UDP', () => {
    const output = `tcp   LISTEN 0      511          0.0.0.0:80        0.0.0.0:*    users:(("nginx",pid=71,fd=6),("nginx",pid=70,fd=6))
tcp   LISTEN 0      4096            [::]:443          [::]:*    users:(("docker-proxy",pid=9,fd=7))
udp   UNCONN 0      0                  *:443             *:*
udp   UNCONN 0      0      127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=5,fd=14))
tcp   LISTEN 0      4096   [fe80::1%eth0]:8008        [::]:*   `;
    expect(listeners.parse(output)).toEqual([
      { protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx', pid: 71 },
      { protocol: 'tcp', address: '::', port: 443, process: 'docker-proxy', pid: 9 },
      { protocol: 'udp', address: '*', port: 443, process: '' },
      { protocol: 'udp', address: '127.0.0.53', port: 53, process: 'systemd-resolve', pid: 5 },
      { protocol: 'tcp', address: 'fe80::1', port: 8008, process: '' },
    ]);
  });
  it('reads a learned default route', () => {
    expect(routerAdvertisements.parse('eth0 1\n')).toEqual([{ dev: 'eth0', acceptRa: 1 }]);
    expect(routerAdvertisements.parse('')).toEqual([]);
  });
  it('keeps several audit lines and the candidates', () => {
    expect(
      packages.parse(
        'audit The following packages\naudit  docker.io\ncandidate docker.io 26.1.5\ncloudinit running\n',
      ),
    ).toMatchObject({
      audit: 'The following packages\n docker.io',
      candidates: { 'docker.io': '26.1.5' },
      cloudInit: 'running',
    });
  });
});
