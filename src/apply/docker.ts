import type { ChangeOf } from '../plan/change.ts';
import { commandFailure, runOrFail } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

/** systemd itself waits for ever for an engine that says nothing (TimeoutStartSec=0 in docker.service). */
const START = `timeout 120 systemctl enable --now docker >/dev/null 2>&1 || timeout 60 service docker start >&2
deadline=$(($(cut -d . -f 1 /proc/uptime) + 60))
until timeout 20 docker info >/dev/null 2>&1; do
  if [ "$(cut -d . -f 1 /proc/uptime)" -ge "$deadline" ]; then
    systemctl --no-pager --lines=0 status docker >&2
    journalctl --no-pager -u docker -n 20 >&2
    exit 1
  fi
  sleep 0.5
done`;

const failure = commandFailure(
  'MB-DOCKER-START',
  'Docker is installed, but its daemon does not answer.',
  ['On the machine: journalctl -u docker -n 50', 'Repair it, then run this again.'],
  'Nothing else was changed.',
);

export const startDocker = async (tools: Tools): Promise<Outcome> => {
  tools.progress('starting Docker');
  await runOrFail(tools, START, failure);
  return 'done';
};

export const writeDaemonConfig = async (
  { content, mode, restart }: ChangeOf<'docker-daemon-config'>,
  tools: Tools,
): Promise<Outcome> => {
  const file = '/etc/docker/daemon.json';
  await runOrFail(
    tools,
    `[ ! -e ${file} ] || [ -e ${file}.before-matrix-bastion ] || cp -a ${file} ${file}.before-matrix-bastion`,
    failure,
  );
  await tools.host.putTree([
    { path: '/etc/docker', type: 'directory', mode: 0o755, uid: 0, gid: 0 },
    { path: file, type: 'file', content, mode, uid: 0, gid: 0 },
  ]);
  if (!restart) return 'done';
  tools.progress('restarting Docker');
  await runOrFail(tools, `timeout 180 systemctl restart docker || true\n${START}`, failure);
  return 'done';
};

/** accept_ra=2 at once and after a reboot: the interface goes on listening to its router while it forwards. */
export const keepIpv6Route = async (
  { devices }: ChangeOf<'keep-ipv6-route'>,
  tools: Tools,
): Promise<Outcome> => {
  const path = '/etc/sysctl.d/60-matrix-bastion-ipv6.conf';
  const settings = devices.map((device) => `net.ipv6.conf.${device.replaceAll('.', '/')}.accept_ra = 2\n`);
  await tools.host.putTree([
    {
      path,
      type: 'file',
      content: `# Docker forwards IPv6; without this the default route would be lost.\n${settings.join('')}`,
      mode: 0o644,
      uid: 0,
      gid: 0,
    },
  ]);
  await runOrFail(
    tools,
    `sysctl -q -p ${path}`,
    commandFailure(
      'MB-IPV6-ROUTE',
      'The IPv6 default route could not be protected.',
      [`On the machine: sysctl -p ${path}`],
      'Docker was not touched.',
    ),
  );
  return 'done';
};
