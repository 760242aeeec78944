import { type Check, problem } from './problem.ts';

/** Web servers by the name of their process. */
const WEB_SERVERS: readonly string[] = [
  'nginx',
  'apache2',
  'httpd',
  'caddy',
  'traefik',
  'haproxy',
  'lighttpd',
];

/**
 * Said where a web server of somebody's holds the port. Matrix behind another proxy is not something that this
 * version can set up: its Caddy gets the certificates itself, and routes to the workers.
 */
const BESIDE_WEBSITE = [
  'This server cannot be put behind another web server: it gets its certificates on ports 80 and 443 itself.',
  'If the websites there are needed, take a machine of its own for Matrix; their domain can stay where it is (README, "When your website lives elsewhere").',
];

export const ports: Check = (_goal, { host }) => {
  const caddyRuns = host.containers.some(({ service, state }) => service === 'caddy' && state === 'running');
  if (caddyRuns) return [];
  return [80, 443].flatMap((port) => {
    const holder = host.listeners.find((listener) => listener.port === port && listener.protocol === 'tcp');
    if (!holder) return [];
    const name = holder.process === '' ? 'another process' : holder.process;
    const pid = holder.pid === undefined ? '' : ` (pid ${holder.pid})`;
    const isContainer = holder.process === 'docker-proxy';
    return [
      problem({
        code: 'MB-HOST-PORT',
        what: `Port ${port} is taken by ${name}${pid}.`,
        why: 'The server needs ports 80 and 443: for the certificate, for clients and for other servers.',
        expected: 'nobody listens there',
        fix: [
          ...(isContainer
            ? [`A container publishes it: docker ps --filter publish=${port} shows which; stop it.`]
            : [
                `Stop it for good if it is not needed: systemctl disable --now ${name}`,
                ...(holder.pid === undefined
                  ? []
                  : [`Its unit may have another name: systemctl status ${holder.pid}`]),
              ]),
          ...(isContainer || WEB_SERVERS.includes(holder.process) ? BESIDE_WEBSITE : []),
          'Then run this again.',
        ],
        who: 'you',
      }),
    ];
  });
};
