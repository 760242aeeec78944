import type { Surroundings, Use, WayOut } from '../../host/facts/surroundings.ts';
import { engineUsable } from '../docker-support.ts';
import type { HostFacts } from '../facts.ts';
import type { Goal } from '../goal.ts';
import { type Check, type Problem, problem, type Stops } from './problem.ts';

const FOR: Readonly<Record<Use, string>> = {
  registry: 'the images',
  acme: 'the certificates',
  'docker-packages': "Docker's packages",
  apt: "the system's packages",
};

/** A place that the machine has to get to, and what was tried. */
interface Place {
  readonly use: Use;
  readonly name: string;
  readonly port: number;
  readonly tries: readonly WayOut[];
}

const placesOf = ({ ways }: Surroundings): Place[] => {
  const keys = [...new Set(ways.map(({ use, name, port }) => `${use} ${name} ${port}`))];
  return keys.sort().map((key) => {
    const tries = ways.filter(({ use, name, port }) => `${use} ${name} ${port}` === key);
    const [{ use, name, port }] = tries as [WayOut];
    return { use, name, port, tries };
  });
};

const isOpen = ({ tries }: Place): boolean => tries.some(({ outcome }) => outcome === 'open');
const hasNoName = ({ tries }: Place): boolean => tries.every(({ outcome }) => outcome === 'no-address');

/** What this installation needs: packages only where Docker is not there yet. */
const needs = ({ answers }: Goal, host: HostFacts, { use }: Place): boolean => {
  if (use === 'registry' || use === 'acme') return true;
  if (engineUsable(host)) return false;
  // An engine of the distribution gets what it lacks from there too.
  return (
    use === 'apt' || (answers.dockerSource === 'docker' && host.packages.installed['docker.io'] === undefined)
  );
};

const WORDS: Readonly<Record<WayOut['outcome'], string>> = {
  open: 'reached',
  'no-address': 'no address',
  refused: 'refused',
  unreachable: 'unreachable',
  silent: 'no answer',
};

/** `ghcr.io port 443 (the images): IPv4 192.0.2.1 no answer, IPv6 no address` */
const said = ({ use, name, port, tries }: Place): string => {
  const seen = [...tries]
    .sort((one, two) => one.family - two.family)
    .map(({ family, outcome, address }) => `IPv${family}${address ? ` ${address}` : ''} ${WORDS[outcome]}`);
  return `${name} port ${port} (${FOR[use]}): ${seen.join(', ')}`;
};

const names = (places: readonly Place[]): string => places.map(({ name }) => name).join(', ');

/** From the machine itself to everything that an installation fetches or asks. */
export const outbound: Check = (goal, { host, first }) => {
  if (first === undefined) return [];
  const { surroundings } = first;
  const wanted = placesOf(surroundings).filter((place) => needs(goal, host, place));
  const shut = wanted.filter((place) => !isOpen(place));
  // One of several package sources may be anybody's; the installation goes on without it.
  const apt = wanted.filter(({ use }) => use === 'apt');
  const isOptional = (place: Place): boolean =>
    (place.use === 'apt' && apt.some(isOpen)) || throughProxy(surroundings, place);
  return [
    ...unreached(
      surroundings,
      shut.filter((place) => !isOptional(place)),
      'first',
    ),
    ...unreached(surroundings, shut.filter(isOptional), 'never'),
  ];
};

/** What goes through a proxy does not need a way of its own. */
const throughProxy = ({ proxies }: Surroundings, { use }: Place): boolean =>
  (use === 'registry' && proxies.includes('docker')) ||
  ((use === 'apt' || use === 'docker-packages') && proxies.includes('apt'));

/** One problem for each cause: they have different fixes. */
const unreached = (surroundings: Surroundings, shut: readonly Place[], stops: Stops): Problem[] => {
  const nameless = shut.filter(hasNoName);
  const onlyIpv4 = shut.filter(
    (place) =>
      !surroundings.routes[4] &&
      !hasNoName(place) &&
      place.tries.every(({ family, outcome }) => family === 4 || outcome === 'no-address'),
  );
  const others = shut.filter((place) => !nameless.includes(place) && !onlyIpv4.includes(place));
  return [
    ...(nameless.length === 0 ? [] : [unnamed(nameless, stops)]),
    ...(onlyIpv4.length === 0 ? [] : [ipv4Only(onlyIpv4, stops)]),
    ...(others.length === 0 ? [] : [closed(others, stops)]),
  ];
};

const unnamed = (places: readonly Place[], stops: Stops): Problem =>
  problem(
    {
      code: 'MB-NET-DNS',
      what: `The machine's own name servers know no address of ${names(places)}.`,
      why: 'It could not fetch what it installs.',
      expected: 'an address for each',
      fix: [
        `On the machine: getent hosts ${places[0]?.name ?? ''}; its name servers are in /etc/resolv.conf (resolvectl status).`,
        'Then run this again.',
      ],
      who: 'you',
    },
    stops,
  );

const ipv4Only = (places: readonly Place[], stops: Stops): Problem =>
  problem(
    {
      code: 'MB-NET-IPV4',
      what: `This machine has no way out over IPv4, and these have no IPv6 address: ${names(places)}.`,
      why: places.map(said).join('; '),
      expected: 'an IPv4 address, or a translation of it (NAT64 with DNS64)',
      fix: [
        'Order an IPv4 address for the machine; most other homeservers have no IPv6 either.',
        "Or use the provider's NAT64: its DNS64 name servers have to be the machine's.",
        'Then run this again.',
      ],
      who: 'your hosting provider',
    },
    stops,
  );

const closed = (places: readonly Place[], stops: Stops): Problem =>
  problem(
    {
      code: 'MB-NET-OUT',
      what: `The machine cannot reach ${names(places)}.`,
      why: places.map(said).join('; '),
      expected: 'a connection, over IPv4 or IPv6',
      fix: [
        "Let the machine out to TCP ports 80 and 443: the provider's firewall and the machine's own (ufw status, nft list ruleset).",
        'If a line of /etc/hosts names one of them, take it out.',
        'Then run this again.',
      ],
      who: 'you, or your hosting provider',
    },
    stops,
  );
