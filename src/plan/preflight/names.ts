import { parseAnswersFile } from '../../answers/file.ts';
import { pendingRestore } from '../../backup/mark.ts';
import { PATHS } from '../../render/layout.ts';
import type { Facts } from '../facts.ts';
import { frontAddresses } from '../front.ts';
import type { Goal } from '../goal.ts';
import { cdnOf } from './cdn.ts';
import { type Check, type Problem, problem, type Stops } from './problem.ts';

const AGAIN = 'Then run this again, or now with --wait.';

const recordsOf = (name: string, { outside }: Facts): string[] => [
  ...(outside.names[name]?.a ?? []),
  ...(outside.names[name]?.aaaa ?? []),
];

/** A live server is not stopped by a passing fault of the DNS; a new name for it has to be there first. */
const stopsFor = (name: string, { host }: Facts): Stops => {
  if (host.storedAnswers === '') return 'first';
  const { matrixHost, clientHost } = parseAnswersFile(host.storedAnswers, PATHS.answers).answers;
  // One that is being restored is not live yet: its names may still lead to where it was.
  const live = pendingRestore(host.restoreMark) === undefined;
  return live && [matrixHost, clientHost].includes(name) ? 'never' : 'always';
};

/** Where the Matrix host and the web client's name point: clients, other servers and the authority follow them. */
export const dns: Check = (goal, facts) =>
  [goal.answers.matrixHost, ...(goal.answers.client === undefined ? [] : [goal.answers.client.host])].flatMap(
    (name) => pointsHere(name, goal, facts),
  );

const pointsHere = (name: string, goal: Goal, facts: Facts): Problem[] => {
  const stops = stopsFor(name, facts);
  const own = frontAddresses(goal.answers, facts);
  const behind = goal.answers.proxy !== undefined;
  const records = recordsOf(name, facts);
  if (records.length === 0) return [missing(name, own, facts, stops)];
  const wrong = records.filter((address) => !own.includes(address));
  if (wrong.length === 0) return [];
  const proxy = proxyOf(wrong, facts);
  return [
    proxy === undefined
      ? elsewhere(name, wrong, own, facts, { stops, behind })
      : proxied(name, wrong, proxy, { stops, behind }),
  ];
};

const missing = (name: string, own: readonly string[], { outside }: Facts, stops: Stops): Problem => {
  const error = outside.names[name]?.error;
  const wanted = own.find((address) => address.includes('.')) ?? 'the machine';
  return problem(
    {
      code: 'MB-DNS-MISSING',
      what: `${name} has no address in the DNS${error ? ` (${error})` : ''}.`,
      why: 'Clients, other servers and the certificate authority find the server by this name.',
      expected: `${name} A ${wanted}`,
      fix: [
        `At your DNS provider add: ${name} A ${wanted}`,
        'Then run this again, or now with --wait: it goes on as soon as the name is there.',
      ],
      who: 'your DNS provider',
    },
    stops,
  );
};

/** Addresses that are not the machine's, though a request to them arrived there: it is behind address translation. */
const leadsHere = (address: string, { first }: Facts): boolean =>
  first?.reach.some((one) => one.address === address && one.outcome === 'token') ?? false;

interface Judged {
  readonly stops: Stops;
  /** Somebody's own proxy stands in front. */
  readonly behind: boolean;
}

const elsewhere = (
  name: string,
  wrong: readonly string[],
  own: readonly string[],
  facts: Facts,
  { stops, behind }: Judged,
): Problem => {
  const strangers = wrong.filter((address) => !leadsHere(address, facts));
  const ours = wrong.filter((address) => leadsHere(address, facts));
  const through = ours.map((address) => `--public-address ${address}`).join(' ');
  return problem(
    {
      code: 'MB-DNS-ELSEWHERE',
      what: `${name} points at ${wrong.join(', ')}, which is not this machine (${own.join(', ')}).`,
      why:
        strangers.length === 0
          ? `It leads here all the same: a token that the machine gave out was fetched through ${ours.join(', ')}.`
          : behind
            ? 'Everybody would ask that machine, while the proxy hands on what comes to this one (--proxy-listen is an address of its own).'
            : 'The certificate authority would ask that machine, and so would everybody else.',
      expected: own.length === 0 ? 'an address of the machine' : `one of ${own.join(', ')}`,
      fix: [
        ...(ours.length === 0 ? [] : [`The machine is behind address translation: add ${through}`]),
        ...(strangers.length === 0
          ? []
          : [
              `At your DNS provider change or remove the record of ${strangers.join(', ')}.`,
              ...(ours.length > 0
                ? []
                : [
                    `If the machine is behind address translation and ${strangers[0]} leads to it: add --public-address ${strangers[0]}`,
                  ]),
            ]),
        AGAIN,
      ],
      who: strangers.length === 0 ? 'you' : 'your DNS provider',
    },
    stops,
  );
};

const proxyOf = (addresses: readonly string[], { first }: Facts): string | undefined =>
  addresses
    .map((address) =>
      cdnOf(address, first?.reach.find((one) => one.address === address && one.server !== undefined)?.server),
    )
    .find((proxy) => proxy !== undefined);

const turnOff = (name: string, proxy: string): string =>
  `At ${proxy}, under DNS, Records: edit ${name} and set its proxy status to "DNS only" (the grey cloud).`;

const proxied = (name: string, wrong: readonly string[], proxy: string, { stops, behind }: Judged): Problem =>
  problem(
    {
      code: 'MB-DNS-CDN',
      what: `${name} points at ${wrong.join(', ')}: ${proxy}'s proxy, not this machine.`,
      why: `The proxy ends the encryption and reads every password and token; it refuses large uploads, and its checks for robots turn other homeservers away.${behind ? '' : ' The certificate for the server could not be proved either.'}`,
      expected: "the machine's own address",
      fix: [turnOff(name, proxy), AGAIN],
      who: 'your DNS provider',
    },
    stops,
  );

/** The domain itself may be a website elsewhere; it must not be half here, and a proxy before it is worth a sentence. */
export const domain: Check = (goal, facts) => {
  const { domain: name, matrixHost } = goal.answers;
  if (name === matrixHost) return [];
  const own = frontAddresses(goal.answers, facts);
  const records = recordsOf(name, facts);
  const here = records.filter((address) => own.includes(address));
  const wrong = records.filter((address) => !own.includes(address));
  const proxy = proxyOf(wrong, facts);
  if (proxy !== undefined) return [websiteBehind(name, proxy)];
  if (here.length === 0 || wrong.length === 0) return [];
  return [
    problem({
      code: 'MB-DNS-HALF',
      what: `${name} points at this machine (${here.join(', ')}) and at another (${wrong.join(', ')}).`,
      why: 'Which of them serves the files of /.well-known/matrix would change from one visitor to the next.',
      expected: 'all of its addresses here, or all elsewhere',
      fix: [`At your DNS provider change or remove the record of ${wrong.join(', ')}.`, AGAIN],
      who: 'your DNS provider',
    }),
  ];
};

const websiteBehind = (name: string, proxy: string): Problem =>
  problem(
    {
      code: 'MB-DNS-CDN',
      what: `${name} is behind ${proxy}'s proxy: the files of /.well-known/matrix have to be served there.`,
      why: 'Its checks for robots may show other homeservers a page in their place.',
      expected: 'the files as they are, for everybody',
      fix: [
        `At ${proxy}, except /.well-known/matrix/ from checks for robots, and serve the files that are printed at the end, or redirect them to the Matrix host.`,
        `If the website of ${name} is on this machine: ${turnOff(name, proxy)}`,
      ],
      who: 'your DNS provider',
    },
    'never',
  );

/** Only addresses of the internet (RFC 4291, 2.4: 2000::/3): a private network needs no way out. */
const isGlobal = (address: string): boolean => /^[23][0-9a-f]{3}:/.test(address);

/** An IPv6 address that nothing comes back from is worse than none: who meets it waits. */
export const ipv6: Check = (goal, facts) => {
  const { first, host, outside } = facts;
  if (first === undefined) return [];
  const { routes, ways } = first.surroundings;
  const tried = ways.filter(({ family, outcome }) => family === 6 && outcome !== 'no-address');
  const dead = tried.length > 0 && tried.every(({ outcome }) => outcome !== 'open');
  if (routes[6] && !dead) return [];
  const name = goal.answers.matrixHost;
  const published = (outside.names[name]?.aaaa ?? []).filter((address) => host.addresses.includes(address));
  const idle = host.addresses.filter(isGlobal);
  if (published.length === 0 && idle.length === 0) return [];
  const seen = routes[6]
    ? `over IPv6 it reaches none of ${tried.map(({ name: to }) => to).join(', ')}`
    : 'it has no IPv6 route out';
  return [
    problem(
      {
        code: 'MB-NET-IPV6',
        what: `The machine has the IPv6 address ${[...published, ...idle][0]}, but ${seen}.`,
        why:
          published.length > 0
            ? `${name} has it as its AAAA record: whoever tries it first, as the certificate authority does, gets no answer.`
            : 'What tries IPv6 first waits before it takes IPv4.',
        expected: 'a way out over IPv6, or no IPv6',
        fix: [
          "Set the gateway as the provider's panel says (ip -6 route show default shows the one that is there).",
          ...(published.length > 0 ? [`Or, at your DNS provider, remove ${name} AAAA ${published[0]}`] : []),
          'Then run this again.',
        ],
        who: 'you, or your hosting provider',
      },
      published.length > 0 ? 'first' : 'never',
    ),
  ];
};
