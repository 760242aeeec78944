import type { Answers } from '../../../src/answers/answers.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import type { DatabasePlace } from '../../../src/render/database-place.ts';
import type { RenderInput } from '../../../src/render/desired.ts';
import type { Box } from '../../../src/sizing/box.ts';
import { budgetFor } from '../../../src/sizing/budget-for.ts';

/** Two self-made authorities; their keys were thrown away. */
export const AUTHORITIES = `-----BEGIN CERTIFICATE-----
MIIBcjCCARegAwIBAgIURvcBVZt3YnWOEZY4JkPgoNsI9JcwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDb25lMB4XDTI2MTEyNTAxNDAwN1oXDTI2MTIyNTAxNDAwN1ow
DjEMMAoGA1UEAwwDb25lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVPUFyPRz
wdgJWJJvlGMVjDHssg/5GqYTunK8zreHKSVXpunqE9934jspUsOzUFZeBIdTSWFy
BExlCUDntvyyQ6NTMFEwHQYDVR0OBBYEFPB8NDXhrXY3SHCXngEV6d5Be65sMB8G
A1UdIwQYMBaAFPB8NDXhrXY3SHCXngEV6d5Be65sMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSQAwRgIhAJV0TGva5vB1M8DGJ42Clw9z6NNuwUgwlh8crSk2
yo6GAiEAsGKxoYAxYk9hs+WepblWsPhvhvKHC6b/mJT7pqTwOjE=
-----END CERTIFICATE-----
-----BEGIN CERTIFICATE-----
MIIBcDCCARegAwIBAgIUd7mCM5Zcn8xz7soK/nhzuanH5JwwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDdHdvMB4XDTI2MTEyNTAxNDAwN1oXDTI2MTIyNTAxNDAwN1ow
DjEMMAoGA1UEAwwDdHdvMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyO6D6Ddz
sylQrZe8/QGhWQLQJts+3HR2evtOzL4mBkJWvAPjQzKjhKM3/N20rCYFyGP/j98r
2wov84GjKksLxaNTMFEwHQYDVR0OBBYEFCY/AxKvOASxhXJEYR+xA0lM0MIMMB8G
A1UdIwQYMBaAFCY/AxKvOASxhXJEYR+xA0lM0MIMMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDRwAwRAIgF240ojkv3E3FT7Hstn1jwrEOJ/9ccX0U0nyY/bNV
3nsCIBwbcvbraRC+3gWHIZTaef8nNQRye/Wo9+ILT7iFcWY/
-----END CERTIFICATE-----
`;

interface Scenario {
  readonly answers: Answers;
  readonly box?: Box;
  readonly ipv6: boolean;
  readonly apexHere: boolean;
  readonly confdDigest?: string;
  readonly database?: DatabasePlace;
}

/** Deployments whose files are kept in test/golden, so that a reviewer reads real configuration. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'sentinel-private-federation': {
    answers: {
      domain: 'hall.example.net',
      matrixHost: 'matrix.hall.example.net',
      tier: 'sentinel',
      rooms: 5,
      admin: 'ada',
      dockerSource: 'distro',
      federateWith: ['10.0.0.0/8', 'fd00::/8'],
      publicAddress: [],
      federation: 'open',
      federationAllow: [],
      registration: 'closed',
      federationCa: AUTHORITIES,
    },
    box: { vcpus: 1, memoryMib: 1967, diskGib: 39 },
    ipv6: false,
    apexHere: true,
  },
  'family-garrison': {
    answers: {
      domain: 'example.org',
      matrixHost: 'matrix.example.org',
      tier: 'garrison',
      rooms: 20,
      admin: 'ada',
      email: 'ada@example.org',
      client: { name: 'element', host: 'chat.example.org' },
      moderation: 'draupnir',
      dockerSource: 'docker',
      federateWith: [],
      publicAddress: [],
      federation: 'open',
      federationAllow: [],
      registration: 'closed',
    },
    box: { vcpus: 4, memoryMib: 7937, diskGib: 236 },
    ipv6: true,
    apexHere: true,
  },
  'community-ravelin-apex-elsewhere': {
    answers: {
      domain: 'example.com',
      matrixHost: 'chat.example.com',
      tier: 'ravelin',
      rooms: 120,
      admin: 'grace',
      email: 'postmaster@example.com',
      client: { name: 'cinny', host: 'talk.example.com' },
      dockerSource: 'docker',
      federateWith: [],
      publicAddress: [],
      federation: 'open',
      federationAllow: [],
      registration: 'closed',
    },
    ipv6: true,
    apexHere: false,
    confdDigest: 'f0e4c2f76c58916ec258f246851bea091d14d4247a2fc3e18694461b1816e13b',
  },
  'newsroom-bulwark-allowlist': {
    answers: {
      domain: 'example.edu',
      matrixHost: 'matrix.example.edu',
      tier: 'bulwark',
      rooms: 1000,
      admin: 'hedy',
      moderation: 'mjolnir',
      email: 'postmaster@example.edu',
      dockerSource: 'docker',
      federateWith: [],
      publicAddress: [],
      federation: 'allowlist',
      federationAllow: ['example.org', 'matrix.example.com'],
      registration: 'closed',
    },
    ipv6: true,
    apexHere: true,
  },
  'community-two-boxes': {
    answers: {
      domain: 'example.com',
      matrixHost: 'matrix.example.com',
      tier: 'ravelin',
      rooms: 120,
      admin: 'grace',
      dockerSource: 'docker',
      federateWith: [],
      publicAddress: [],
      federation: 'closed',
      federationAllow: [],
      registration: 'closed',
    },
    ipv6: false,
    apexHere: true,
    database: {
      kind: 'elsewhere',
      host: 'db.example.com',
      port: 5432,
      user: 'synapse',
      name: 'synapse',
      sslmode: 'verify-full',
    },
  },
  'behind-nginx': {
    answers: {
      domain: 'example.org',
      matrixHost: 'matrix.example.org',
      tier: 'garrison',
      rooms: 20,
      admin: 'ada',
      registration: 'closed',
      email: 'ada@example.org',
      dockerSource: 'docker',
      proxy: { software: 'nginx', listen: '127.0.0.1:8008' },
      federateWith: [],
      publicAddress: [],
      federation: 'open',
      federationAllow: [],
    },
    ipv6: true,
    apexHere: true,
  },
  'one-name-only': {
    answers: {
      domain: 'example.net',
      matrixHost: 'example.net',
      tier: 'custom',
      rooms: 10,
      admin: 'linus',
      dockerSource: 'docker',
      federateWith: [],
      publicAddress: [],
      federation: 'open',
      federationAllow: [],
      registration: 'closed',
    },
    box: { vcpus: 1, memoryMib: 957, diskGib: 20 },
    ipv6: false,
    apexHere: true,
  },
};

/** The input for render() of a scenario, or of one with some of it changed. */
export function inputOf(name: keyof typeof SCENARIOS, change: Partial<Answers> = {}): RenderInput {
  const {
    answers,
    box,
    ipv6,
    apexHere,
    confdDigest = '',
    database = { kind: 'here' },
  } = SCENARIOS[name] as Scenario;
  const sizing = budgetFor({ ...answers, ...(box ? { box } : {}), database: database.kind });
  if (!sizing.ok) throw new Error(sizing.what);
  return {
    answers: { ...answers, ...change },
    budget: sizing.budget,
    release: RELEASE,
    confdDigest,
    ipv6,
    apexHere,
    database,
  };
}
