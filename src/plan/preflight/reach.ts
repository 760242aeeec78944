import type { Facts, ReachFact } from '../facts.ts';
import type { Goal } from '../goal.ts';
import { type Check, type Problem, problem } from './problem.ts';

/**
 * Whether what comes from outside arrives. During the look the machine itself answered on the ports with a token, so a
 * request that did not get it was stopped on the way, or went to somebody else.
 */
export const reach: Check = (goal, facts) => {
  const { first } = facts;
  if (first === undefined) return [];
  if (first.notAsked !== undefined) return [untold(first.notAsked)];
  const places = placesOf(goal, facts);
  const asked = first.reach.filter(({ address }) => places.has(address));
  const told = asked.filter(({ outcome }) => outcome !== 'no-route');
  if (told.length === 0) return asked.length === 0 ? [] : [untold('your own network does not lead to it')];
  const lost = told.filter(({ outcome }) => outcome !== 'token');
  return [...new Set(lost.map(({ port }) => port))].map((port) =>
    closed(
      port,
      lost.filter((one) => one.port === port),
      facts,
    ),
  );
};

/**
 * Where others will come: the Matrix host's addresses that are the machine's, or that lead to it. While it has none, where
 * the machine is reached by SSH; that may be a private network that lets nothing else through.
 */
const placesOf = ({ answers }: Goal, { first, host, outside }: Facts): ReadonlySet<string> => {
  const own = [...host.addresses, ...outside.target, ...answers.publicAddress];
  const leading =
    first?.reach.filter(({ outcome }) => outcome === 'token').map(({ address }) => address) ?? [];
  const name = outside.names[answers.matrixHost];
  const records = [...(name?.a ?? []), ...(name?.aaaa ?? [])];
  const here = records.filter((address) => own.includes(address) || leading.includes(address));
  return new Set(here.length > 0 ? here : outside.target);
};

const SEEN: Readonly<Record<ReachFact['outcome'], string>> = {
  token: 'the token',
  other: 'an answer from something else',
  mute: 'a connection, and no answer',
  refused: 'refused',
  silent: 'no answer',
  failed: 'the connection broke',
  'no-route': 'no way there',
};

const closed = (port: number, lost: readonly ReachFact[], { first }: Facts): Problem => {
  const firewall = first?.surroundings.firewall ?? '';
  const seen = lost.map(({ address, outcome }) => `${address}: ${SEEN[outcome]}`).join('; ');
  const text = {
    code: 'MB-PORT-CLOSED',
    what: `Port ${port} of the machine cannot be reached from here (${seen}).`,
    expected: 'the token that the machine gave out there during this look',
  };
  if (firewall !== '') {
    // Docker's rules come before those of the machine's own firewall: it may well be open once Caddy runs.
    return problem(
      {
        ...text,
        why: `The machine has a firewall of its own (${firewall}), which may be all that is in the way: the ports that Docker publishes go past it.`,
        fix: [
          `If the provider has a firewall too, open TCP ${port} there.`,
          `To be sure: ${firewall === 'ufw' ? `ufw allow ${port}/tcp` : `open TCP ${port} in ${firewall}`}`,
        ],
        who: 'you, or your hosting provider',
      },
      'never',
    );
  }
  if (lost.every(({ outcome }) => outcome === 'mute')) {
    return problem(
      {
        ...text,
        why: 'Something on the way took the connection and let the request not through: some networks do that to what is not encrypted on port 443.',
        fix: ['Try it from another network, or go on: the certificate will tell.'],
        who: 'you',
      },
      'never',
    );
  }
  return problem({
    ...text,
    why: 'The machine answered there, and the request did not arrive: something before it lets it not through.',
    fix: [
      "In your provider's panel (firewall, security group, network) open TCP 80, TCP 443 and UDP 443 for everybody.",
      'If a router translates addresses, forward these ports to the machine. Then run this again.',
    ],
    who: 'your hosting provider',
  });
};

const untold = (why: string): Problem =>
  problem(
    {
      code: 'MB-PORT-UNKNOWN',
      what: `Whether ports 80 and 443 can be reached from outside could not be told: ${why}.`,
      expected: 'a request from outside that arrives',
      fix: ["See that your provider's firewall lets in TCP 80, TCP 443 and UDP 443."],
      who: 'your hosting provider',
    },
    'never',
  );
