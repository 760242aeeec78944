import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createVps,
  dns,
  down,
  machines,
  network,
  operator,
  remains,
  removeSnapshot,
  status,
  trust,
  up,
  vps,
} from './index.ts';
import { recorded } from './processes.ts';

const minutes = 60_000;

describe('the world', () => {
  beforeAll(up, 15 * minutes);
  afterAll(down, 2 * minutes);

  it('says that it is up, and coming up again changes nothing', async () => {
    const before = recorded('engine');
    await up();
    expect((await status()).isUp).toBe(true);
    expect(recorded('engine')).toEqual(before);
  });

  it('answers for names as it is told, at once', async () => {
    await dns.set('some.example.org', { a: '10.99.0.200', aaaa: 'fd6d:6278:99::200' });
    const look = () => operator.run(['getent', 'ahosts', 'some.example.org']);
    expect((await look()).stdout).toMatch(
      /10\.99\.0\.200[\s\S]*fd6d:6278:99::200|fd6d:6278:99::200[\s\S]*10\.99\.0\.200/,
    );
    await dns.set('some.example.org', { a: '10.99.0.201' });
    const changed = (await look()).stdout;
    expect(changed).toContain('10.99.0.201');
    expect(changed).not.toContain('fd6d');
    await dns.remove('some.example.org');
    expect((await look()).exitCode).toBe(2);
  });

  it(
    'hands over a fresh machine that the operator reaches by key, on both address families',
    async () => {
      const machine = await createVps({
        name: 'fresh',
        os: 'debian-13',
        user: 'sudo-password',
        domains: ['fresh.example.org'],
        memory: '16G',
        cpus: 8,
      });
      expect(machine.fingerprint).toMatch(/^SHA256:/);
      const ssh = ['ssh', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes'];
      for (const host of [machine.ip, machine.ip6]) {
        const known = machine.knownHosts();
        await operator.run(['tee', '-a', operator.knownHosts], { input: known, reject: true });
        const { stdout } = await operator.run(
          [...ssh, `${machine.user}@${host}`, 'id -un; sudo -n true || echo asks'],
          { reject: true },
        );
        expect(stdout).toBe('admin\nasks\n');
      }
      const sudo = `echo '${machine.password}' | sudo -S -p '' id -un`;
      const { stdout } = await operator.run([...ssh, `${machine.user}@${machine.ip}`, sudo], {
        reject: true,
      });
      expect(stdout).toBe('root\n');
      expect((await machine.exec('systemctl is-system-running --wait')).stdout.trim()).toBe('running');
      const trusted = await machine.exec('curl -sS https://acme-v02.api.letsencrypt.org/directory');
      expect(trusted.stdout).toContain('newOrder');
      const size = await machine.exec('nproc; getconf _NPROCESSORS_ONLN; grep ^MemTotal /proc/meminfo');
      expect(size.stdout).toMatch(/^8\n8\nMemTotal: +16777216 kB$/);
    },
    5 * minutes,
  );

  it(
    'makes a machine again from a snapshot: its size and its keys, and names are found',
    async () => {
      const fresh = vps('fresh');
      await fresh.snapshot('fresh-1');
      const again = await createVps({ name: 'again', from: 'fresh-1' });
      expect(again.fingerprint).toBe(fresh.fingerprint);
      const size = await again.exec('nproc; hostname; getent hosts fresh.example.org');
      expect(size.stdout).toMatch(/^8\nagain\n\S+ +fresh\.example\.org$/m);
      await again.remove();
      await removeSnapshot('fresh-1');
    },
    5 * minutes,
  );

  it(
    'comes back after everything of it was killed',
    async () => {
      const pids = execFileSync('pgrep', ['-f', '/run/matrix-bastion-world/'])
        .toString()
        .trim()
        .split('\n')
        .map(Number);
      for (const pid of pids) if (pid !== process.pid) kill(pid);
      await up();
      expect((await status()).isUp).toBe(true);
      await vps('fresh').start();
      expect((await vps('fresh').exec('id -un')).stdout).toBe('root');
      expect((await operator.run(['curl', '-sS', 'https://ghcr.io/v2/'])).stdout).toBe('{}');
    },
    5 * minutes,
  );

  it(
    'leaves nothing behind',
    async () => {
      await down();
      expect(await remains()).toEqual([]);
      expect(machines()).toEqual([]);
      await expect(operator.run(['true'])).rejects.toThrow(/down/);
      expect(trust.caFile).toContain(network.name);
    },
    2 * minutes,
  );
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with the one before it.
  }
}
