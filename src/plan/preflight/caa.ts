import { certifiedNames } from '../certified-names.ts';
import type { CaaFact } from '../facts.ts';
import { type Check, type Problem, problem } from './problem.ts';

/** What Caddy asks first for a certificate (Caddy's manual, "Automatic HTTPS"), as its CA names itself in CAA records. */
const AUTHORITY = 'letsencrypt.org';

/** Ways of proof that Caddy uses without further settings (the same page); RFC 8657 lets records limit them. */
const METHODS: readonly string[] = ['http-01', 'tls-alpn-01'];

/** Tags that the authority understands: an unknown one that is critical forbids everything (RFC 8659, 4.1). */
const KNOWN_TAGS: readonly string[] = [
  'issue',
  'issuewild',
  'iodef',
  'contactemail',
  'contactphone',
  'issuemail',
  'issuevmc',
];

/** `letsencrypt.org; validationmethods=http-01` (RFC 8659, 4.2). An empty issuer, `;`, is nobody. */
const parseIssuer = (value: string) => {
  const [issuer = '', ...parameters] = value.split(';').map((part) => part.trim());
  const pairs = parameters.map((text) => text.split('=', 2).map((part) => part.trim()));
  return {
    issuer: issuer.toLowerCase().replace(/\.$/, ''),
    parameter: (wanted: string) => pairs.find(([name = '']) => name.toLowerCase() === wanted)?.[1],
  };
};

/** Why the authority must not issue; undefined when it may. */
export const forbids = ({ properties }: CaaFact): string | undefined => {
  const unknown = properties.find(({ critical, tag }) => critical && !KNOWN_TAGS.includes(tag));
  if (unknown) return `the critical property "${unknown.tag}", which no authority may pass over`;
  const issuers = properties.filter(({ tag }) => tag === 'issue').map(({ value }) => parseIssuer(value));
  // Without an issue property there is no limit (RFC 8659, 4.2).
  if (issuers.length === 0) return undefined;
  const ours = issuers.filter(({ issuer }) => issuer === AUTHORITY);
  if (ours.length === 0) {
    const named = issuers.map(({ issuer }) => issuer).filter((issuer) => issuer !== '');
    return named.length === 0 ? 'that nobody may issue' : `only ${named.join(', ')}`;
  }
  const open = ours.filter(({ parameter }) => parameter('accounturi') === undefined);
  if (open.length === 0)
    return `only one account of ${AUTHORITY} (accounturi), which the new server does not have`;
  const provable = open.some(({ parameter }) => {
    const methods = parameter('validationmethods');
    return methods === undefined || methods.split(',').some((method) => METHODS.includes(method.trim()));
  });
  return provable ? undefined : `only proofs other than ${METHODS.join(' and ')} (validationmethods)`;
};

/** The authority asks before it issues (RFC 8659, 3); what it would find is found here first. */
export const caa: Check = (goal, { first }) => {
  const seen = certifiedNames(goal).flatMap((name) => {
    const fact = first?.caa[name];
    return fact === undefined ? [] : [{ name, fact }];
  });
  const forbidden = seen.flatMap(({ name, fact }) => {
    const why = forbids(fact);
    return why === undefined ? [] : [{ name, at: fact.at ?? name, why }];
  });
  const places = [...new Set(forbidden.map(({ at }) => at))];
  return [
    ...places.map((at) =>
      forbiddenAt(
        at,
        forbidden.filter((one) => one.at === at),
      ),
    ),
    ...seen.flatMap(({ name, fact }) => (fact.error === undefined ? [] : [unanswered(name, fact.error)])),
  ];
};

const forbiddenAt = (at: string, names: readonly { name: string; why: string }[]): Problem =>
  problem({
    code: 'MB-DNS-CAA',
    what: `The CAA records of ${at} let no certificate be issued for ${names.map(({ name }) => name).join(' and ')}: they allow ${names[0]?.why}.`,
    why: `The certificates come from Let's Encrypt, which asks these records first.`,
    expected: `no CAA records, or one that allows ${AUTHORITY}`,
    fix: [
      `At your DNS provider add: ${at} CAA 0 issue "${AUTHORITY}"`,
      'Keep the records that are there for other certificates. Then run this again, or now with --wait.',
    ],
    who: 'your DNS provider',
  });

/** Source: Let's Encrypt's manual, "Certificate Authority Authorization (CAA)", "CAA errors". */
const unanswered = (name: string, error: string): Problem =>
  problem(
    {
      code: 'MB-DNS-CAA-UNKNOWN',
      what: `Whether CAA records of ${name} forbid its certificate could not be told (${error}).`,
      why: "Let's Encrypt issues nothing while name servers fail on that question.",
      expected: 'an answer, also when there are no such records',
      fix: [
        `Your own network may not know the question: run this again with --dns 9.9.9.9, or ask yourself: dig CAA ${name}`,
        'If the name servers of the domain fail on CAA, their operator has to mend it.',
      ],
      who: 'your DNS provider',
    },
    'never',
  );
