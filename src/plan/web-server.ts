import type { ProxySoftware } from '../answers/answers.ts';
import type { WebServerFound } from '../answers/question.ts';
import type { HostFacts } from './facts.ts';

type Listener = HostFacts['listeners'][number];

/** Web servers by the name of their process, as they are called with `--proxy`. */
const WEB_SERVERS: Readonly<Record<string, ProxySoftware>> = {
  nginx: 'nginx',
  openresty: 'nginx',
  apache2: 'apache',
  httpd: 'apache',
  caddy: 'caddy',
  traefik: 'traefik',
  haproxy: 'haproxy',
  lighttpd: 'other',
};

/** What publishes a container's port: the program in it has another name. */
export const isContainer = ({ process }: Listener): boolean => process === 'docker-proxy';

/** What holds the port, as `--proxy` calls it; undefined when it is no web server that is known by its name. */
export const webServerOf = ({ process }: Listener): ProxySoftware | undefined => WEB_SERVERS[process];

/** Addresses and ports at which the router of ours waits now: `:443`, `127.0.0.1:8008`; none when it does not run. */
export const publishedNow = ({ containers }: HostFacts): readonly string[] =>
  containers.find(({ service, state }) => service === 'caddy' && state === 'running')?.published ?? [];

const EVERY: readonly string[] = ['0.0.0.0', '*', '::'];

/** Who listens where something that listens at this address (every one of the machine, without it) wants to. */
export const holderOf = (port: number, { listeners }: HostFacts, address?: string): Listener | undefined =>
  listeners.find(
    (one) =>
      one.protocol === 'tcp' &&
      one.port === port &&
      (address === undefined || one.address === address || EVERY.includes(one.address)),
  );

export const named = ({ process, pid }: Listener): string =>
  `${process === '' ? 'another process' : process}${pid === undefined ? '' : ` (pid ${pid})`}`;

/** The ports that the server needs where nothing stands in front of it. */
export const PUBLIC_PORTS: readonly number[] = [80, 443];

/** Somebody's web server on a port that the server needs, and how to say so. */
export const foreignWebServer = (host: HostFacts): WebServerFound | undefined => {
  const ours = publishedNow(host);
  const found = PUBLIC_PORTS.filter((port) => !ours.includes(`:${port}`)).flatMap((port) => {
    const holder = holderOf(port, host);
    return holder === undefined ? [] : [{ holder, port }];
  });
  const server = found.find(({ holder }) => webServerOf(holder) !== undefined);
  if (server !== undefined)
    return {
      software: webServerOf(server.holder) ?? 'other',
      found: `${server.holder.process} holds port ${server.port}`,
      inContainer: false,
    };
  const container = found.find(({ holder }) => isContainer(holder));
  // Most proxies that run in a container beside others are that one: a guess, and offered as such.
  return (
    container && {
      software: 'traefik',
      found: `a container holds port ${container.port}`,
      inContainer: true,
    }
  );
};
