import { type Check, problem } from './problem.ts';

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
        fix: isContainer
          ? [
              `A container publishes it: docker ps --filter publish=${port} shows which; stop it, then run this again.`,
            ]
          : [
              `Stop it for good if it is not needed: systemctl disable --now ${name}`,
              ...(holder.pid === undefined
                ? []
                : [`Its unit may have another name: systemctl status ${holder.pid}`]),
              'Then run this again.',
            ],
      }),
    ];
  });
};
