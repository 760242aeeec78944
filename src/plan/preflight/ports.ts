import type { OwnProxy } from '../../answers/answers.ts';
import { isLoopback, parseListen, splitListen } from '../../answers/listen.ts';
import { DOCKER_BRIDGE } from '../../answers/questions/proxy-listen.ts';
import { bracketed, inNetwork } from '../../federation/ip.ts';
import type { HostFacts } from '../facts.ts';
import { holderOf, isContainer, named, PUBLIC_PORTS, publishedNow, webServerOf } from '../web-server.ts';
import { type Check, type Problem, problem, type Stops } from './problem.ts';

type Holder = NonNullable<ReturnType<typeof holderOf>>;

/**
 * Where the router is to listen nobody else may: ports 80 and 443, or the one that is meant for somebody's own proxy. A
 * router that runs there already is ours.
 */
export const ports: Check = ({ answers: { proxy } }, { host }) => {
  const ours = publishedNow(host);
  // Where it runs elsewhere, it is taken away from there before it turns out that it cannot listen here.
  const stops: Stops = ours.length > 0 ? 'always' : 'first';
  if (proxy === undefined) {
    if (ours.length > 0 && ours.some((place) => place === ':443')) return [];
    return PUBLIC_PORTS.flatMap((port) => {
      const holder = holderOf(port, host);
      return holder === undefined ? [] : [takenInPublic(port, holder, stops)];
    });
  }
  if (ours.includes(proxy.listen)) return [];
  return [...noSuchAddress(proxy, host, stops), ...takenForProxy(proxy, host, stops)];
};

/** Networks that Docker takes its bridges from (its manual, "default-address-pools"): they come with it. */
const DOCKER_BRIDGES = '172.16.0.0/12';

/** An address that is on none of the machine's interfaces: Docker could not listen there. */
const noSuchAddress = ({ software, listen }: OwnProxy, host: HostFacts, stops: Stops): Problem[] => {
  const place = splitListen(listen);
  if (place === undefined || isLoopback(place) || inNetwork(place.address, DOCKER_BRIDGES)) return [];
  if (host.addresses.includes(place.address)) return [];
  const own = host.addresses.filter((address) => parseListen(`${bracketed(address)}:${place.port}`).ok);
  return [
    problem(
      {
        code: 'MB-PROXY-LISTEN',
        what: `${place.address} of --proxy-listen is not an address of this machine.`,
        why: 'The server listens there for the proxy, so it has to be one of its own.',
        expected: own.length === 0 ? '127.0.0.1, or a private address of the machine' : own.join(', '),
        fix: ['ip -brief addr, on the machine, shows its addresses.', 'Then run this again.'],
        orRunWith: [
          '--proxy',
          software,
          '--proxy-listen',
          `${bracketed(own[0] ?? '127.0.0.1')}:${place.port}`,
        ],
        who: 'you',
      },
      stops,
    ),
  ];
};

const takenInPublic = (port: number, holder: Holder, stops: Stops): Problem => {
  const { process, pid } = holder;
  const software = webServerOf(holder);
  return problem(
    {
      code: 'MB-HOST-PORT',
      what: `Port ${port} is taken by ${named(holder)}.`,
      why: 'The server needs ports 80 and 443: for the certificate, for clients and for other servers.',
      expected: 'nobody listens there',
      fix: [
        ...(isContainer(holder)
          ? [`A container publishes it: docker ps --filter publish=${port} shows which; stop it.`]
          : [
              `Stop it for good if it is not needed: systemctl disable --now ${process || 'NAME'}`,
              ...(pid === undefined ? [] : [`Its unit may have another name: systemctl status ${pid}`]),
            ]),
        ...(isContainer(holder)
          ? [
              "Or keep it, when it is a proxy such as Traefik, and put Matrix behind it: it has to reach the address of --proxy-listen, such as that of Docker's bridge (ip -4 addr show docker0).",
            ]
          : []),
        ...(software === undefined
          ? []
          : [`Or keep ${process}, and put Matrix behind it; it is not touched, and its lines are printed.`]),
        'Then run this again.',
      ],
      ...(isContainer(holder)
        ? { orRunWith: ['--proxy', 'traefik', '--proxy-listen', DOCKER_BRIDGE] }
        : software !== undefined
          ? { orRunWith: ['--proxy', software] }
          : {}),
      who: 'you',
    },
    stops,
  );
};

const takenForProxy = ({ software, listen }: OwnProxy, host: HostFacts, stops: Stops): Problem[] => {
  const place = splitListen(listen);
  const holder = place && holderOf(place.port, host, place.address);
  if (place === undefined || holder === undefined) return [];
  const free = [place.port + 1, place.port + 2, 18_008].find(
    (port) => port < 65_536 && holderOf(port, host) === undefined,
  );
  const other = listen.replace(/\d+$/, String(free ?? 'PORT'));
  return [
    problem(
      {
        code: 'MB-HOST-PORT',
        what: `${listen} is taken by ${named(holder)}.`,
        why: `The server listens there for ${software === 'other' ? 'your proxy' : software}.`,
        expected: 'nobody listens there',
        fix: [
          `If it is not needed: ${isContainer(holder) ? `docker ps --filter publish=${place.port} shows whose it is` : `systemctl disable --now ${holder.process || 'NAME'}`}`,
          'Or take another port for the server.',
          'Then run this again.',
        ],
        orRunWith: ['--proxy', software, '--proxy-listen', other],
        who: 'you',
      },
      stops,
    ),
  ];
};
