import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker, tryDocker } from './engine.ts';
import { network, paths } from './paths.ts';
import { attempt, sh } from './shell.ts';

const { bridge, namespace, operatorLink } = network;
const subnet4 = `${network.v4}.0/24`;
const tag = ['-m', 'comment', '--comment', 'matrix-bastion world'];

/** Whatever firewall the machine has, traffic of the world passes, and what leaves it goes out under our address. */
const rules: readonly (readonly [tool: string, table: string, chain: string, ...rule: string[]])[] = [
  ['iptables', 'filter', 'FORWARD', '-i', bridge, '-j', 'ACCEPT'],
  ['iptables', 'filter', 'FORWARD', '-o', bridge, '-j', 'ACCEPT'],
  ['iptables', 'filter', 'INPUT', '-i', bridge, '-j', 'ACCEPT'],
  ['iptables', 'nat', 'POSTROUTING', '-s', subnet4, '!', '-d', subnet4, '-j', 'MASQUERADE'],
  ['ip6tables', 'filter', 'FORWARD', '-i', bridge, '-j', 'ACCEPT'],
  ['ip6tables', 'filter', 'INPUT', '-i', bridge, '-j', 'ACCEPT'],
];

const forwarding = '/proc/sys/net/ipv4/ip_forward';
const remembered = join(paths.config, 'ip_forward');
const settings = join('/etc/netns', namespace);

/** The smallest packet size on the way out: a larger one on the bridge would lose large answers. */
async function outsideMtu(): Promise<string> {
  const route = await attempt('ip', ['-o', 'route', 'show', 'default']);
  const device = /\bdev (\S+)/.exec(route.stdout)?.[1];
  const mtu = device && readFileSync(`/sys/class/net/${device}/mtu`, 'utf8').trim();
  return mtu || '1500';
}

export async function layGround(): Promise<void> {
  mkdirSync(paths.config, { recursive: true });
  await makeBridge();
  if (!existsSync(remembered)) writeFileSync(remembered, readFileSync(forwarding, 'utf8'));
  writeFileSync(forwarding, '1');
  for (const [tool, table, chain, ...rule] of rules) {
    const there = await attempt(tool, ['-w', '-t', table, '-C', chain, ...rule, ...tag]);
    if (there.exitCode === 0) continue;
    const added = await attempt(tool, ['-w', '-t', table, '-I', chain, ...rule, ...tag]);
    // A kernel without a filter for IPv6 does not filter it either.
    if (added.exitCode !== 0 && tool === 'iptables')
      await sh(tool, ['-w', '-t', table, '-I', chain, ...rule, ...tag]);
  }
}

async function makeBridge(): Promise<void> {
  const known = await tryDocker(['network', 'inspect', network.name]);
  if (known.exitCode === 0 && existsSync(`/sys/class/net/${bridge}`)) return;
  if (known.exitCode === 0) await docker(['network', 'rm', network.name]);
  await attempt('ip', ['link', 'del', bridge]);
  const option = (name: string, value: string) => ['-o', `com.docker.network.${name}=${value}`];
  await docker([
    ...['network', 'create', '--driver', 'bridge'],
    ...['--subnet', subnet4, '--gateway', network.gateway4],
    ...['--ipv6', '--subnet', `${network.v6}:/64`, '--gateway', network.gateway6],
    ...option('bridge.name', bridge),
    ...option('bridge.enable_ip_masquerade', 'false'),
    ...option('driver.mtu', await outsideMtu()),
    network.name,
  ]);
}

export async function layOperatorsNetwork(): Promise<void> {
  writeSettings();
  const inside = (...args: string[]) => attempt('ip', ['netns', 'exec', namespace, 'ip', ...args]);
  const there = await inside('addr', 'show', 'dev', 'eth0');
  if (there.stdout.includes(network.operator4) && existsSync(`/sys/class/net/${operatorLink}/master`)) return;
  await removeOperatorsNetwork();
  await sh('ip', ['netns', 'add', namespace]);
  const mtu = await outsideMtu();
  const peer = ['peer', 'name', 'eth0', 'mtu', mtu, 'netns', namespace];
  await sh('ip', ['link', 'add', operatorLink, 'mtu', mtu, 'type', 'veth', ...peer]);
  await sh('ip', ['link', 'set', operatorLink, 'master', bridge, 'up']);
  const commands = [
    'link set lo up',
    `addr add ${network.operator4}/24 dev eth0`,
    `addr add ${network.operator6}/64 dev eth0 nodad`,
    'link set eth0 up',
    `route add default via ${network.gateway4}`,
    `-6 route add default via ${network.gateway6}`,
  ];
  for (const command of commands) await sh('ip', ['-n', namespace, ...command.split(' ')]);
  writeSettings();
}

/** `ip netns exec` lays these files over /etc: the operator has other names, and another home, than this machine. */
function writeSettings(): void {
  mkdirSync(settings, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(settings, name), text);
  write('resolv.conf', `nameserver ${network.gateway4}\n`);
  write('hosts', '127.0.0.1 localhost\n::1 localhost\n');
  if (existsSync('/etc/nsswitch.conf')) {
    write(
      'nsswitch.conf',
      readFileSync('/etc/nsswitch.conf', 'utf8').replace(/^hosts:.*$/m, 'hosts: files dns'),
    );
  }
  // OpenSSH asks the user database, not HOME, where its files are.
  write(
    'passwd',
    readFileSync('/etc/passwd', 'utf8').replace(/^(root:.*):[^:]*:([^:]*)$/m, `$1:${paths.operator}:$2`),
  );
}

export async function removeOperatorsNetwork(): Promise<void> {
  await attempt('ip', ['netns', 'del', namespace]);
  await attempt('ip', ['link', 'del', operatorLink]);
  rmSync(settings, { recursive: true, force: true });
  try {
    rmdirSync('/etc/netns');
  } catch {
    // Not there, or somebody else keeps settings in it.
  }
}

export async function removeGround(): Promise<void> {
  for (const [tool, table, chain, ...rule] of rules) {
    while ((await attempt(tool, ['-w', '-t', table, '-D', chain, ...rule, ...tag])).exitCode === 0);
  }
  await attempt('ip', ['link', 'del', bridge]);
  if (existsSync(remembered)) writeFileSync(forwarding, readFileSync(remembered, 'utf8'));
  rmSync(remembered, { force: true });
}

/** What of ours is in the machine's network right now; nothing when the world is down. */
export async function groundThatIsThere(): Promise<string[]> {
  const links: string[] = [bridge, operatorLink];
  const found = links.filter((link) => existsSync(`/sys/class/net/${link}`));
  if ((await attempt('ip', ['netns', 'list'])).stdout.includes(namespace))
    found.push(`namespace ${namespace}`);
  if (existsSync(settings)) found.push(settings);
  for (const tool of ['iptables', 'ip6tables']) {
    const saved = await attempt(`${tool}-save`, []);
    found.push(...saved.stdout.split('\n').filter((line) => line.includes('matrix-bastion world')));
  }
  return found;
}
