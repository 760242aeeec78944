/** error: red. warning: works, but not everywhere or not for long. info: worth knowing. off: not looked at. */
export type Severity = 'error' | 'warning' | 'info';

/** spec: the specification. go: what federationtester.matrix.org says. strict: the strictest peer. */
export const PROFILES = ['spec', 'go', 'strict'] as const;
export type Profile = (typeof PROFILES)[number];

/** What a finding is about: the lines of a report, in the order of the way that a connection takes. */
export const CHECKS = [
  'name',
  'well-known',
  'SRV',
  'DNS',
  'connection',
  'TLS',
  'certificate',
  'homeserver',
  'keys',
  'routes',
  'clock',
  'clients',
  'support',
  'opinions',
] as const;
export type Check = (typeof CHECKS)[number];

export interface CodeEntry {
  readonly title: string;
  readonly check: Check;
  /** Why it matters, one sentence. */
  readonly why: string;
  readonly severity: Severity;
  /** Where the Go tester sees it differently. */
  readonly go?: Severity | 'off';
  readonly strict?: Severity;
  /** When other servers notice a fix. */
  readonly visible?: string;
}

const NEGATIVE = 'Other servers remember a failed well-known for up to 1 hour.';
const POSITIVE = 'Other servers remember a valid well-known for up to 48 hours (24 without Cache-Control).';

/**
 * Every finding. Stable: documented, searchable, never reused. 1 to 34 are the catalogue of well-known failures,
 * from 101 on come the plain checks.
 */
export const CODES = {
  'MB-FED-001': {
    title: 'A website answers in the place of well-known',
    check: 'well-known',
    why: 'Other servers ask this address where the homeserver is, and a web page is no answer.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-002': {
    title: 'Well-known is redirected to another host',
    check: 'well-known',
    why: 'The redirect works only as long as the other host serves the same file; most often it does not.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-003': {
    title: 'Well-known is redirected with status 308',
    check: 'well-known',
    why: 'Synapse does not follow 308 and takes it for a failure.',
    severity: 'warning',
    strict: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-004': {
    title: 'Well-known is redirected in a circle',
    check: 'well-known',
    why: 'No server gets an answer, so all of them fall back to SRV records and port 8448.',
    severity: 'error',
    strict: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-005': {
    title: '"m.server" is not a server name',
    check: 'well-known',
    why: 'It has to be a host, or a host and a port; servers fail on anything else.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-006': {
    title: 'Well-known is not valid JSON',
    check: 'well-known',
    why: 'Other servers ignore a file that they cannot read.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-007': {
    title: '"m.server" has no port',
    check: 'connection',
    why: 'Without a port other servers go to 8448; the homeserver answers on 443.',
    severity: 'error',
    visible: POSITIVE,
  },
  'MB-FED-008': {
    title: 'No well-known, and port 8448 is closed',
    check: 'connection',
    why: 'Without a well-known other servers go to port 8448 of this name, and nothing answers there.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-009': {
    title: 'Port 8448 is behind Cloudflare, which does not forward it',
    check: 'connection',
    why: "Cloudflare's proxy forwards 443 and a few other ports; 8448 is not among them.",
    severity: 'error',
  },
  'MB-FED-010': {
    title: 'A bot challenge stops other servers',
    check: 'homeserver',
    why: 'Homeservers are programs and cannot solve it.',
    severity: 'error',
  },
  'MB-FED-011': {
    title: 'The intermediate certificate is missing',
    check: 'certificate',
    why: 'Browsers fetch it by themselves, homeservers do not.',
    severity: 'error',
  },
  'MB-FED-012': {
    title: 'The certificate is one that the proxy made for itself',
    check: 'certificate',
    why: 'No other server trusts it: getting the real certificate did not succeed.',
    severity: 'error',
  },
  'MB-FED-013': {
    title: 'The certificate is for another name',
    check: 'certificate',
    why: 'Other servers insist on a certificate for the name that delegation leads to.',
    severity: 'error',
  },
  'MB-FED-014': {
    title: 'The certificate covers the SRV target, not the server name',
    check: 'certificate',
    why: 'DNS can be forged, so an SRV record changes the address, never the name on the certificate.',
    severity: 'error',
  },
  'MB-FED-015': {
    title: 'The certificate has expired',
    check: 'certificate',
    why: 'Other servers refuse the connection.',
    severity: 'error',
  },
  'MB-FED-016': {
    title: 'The IPv6 address is dead',
    check: 'connection',
    why: 'Servers with IPv6 try it first; some never try IPv4.',
    severity: 'error',
  },
  'MB-FED-017': {
    title: 'Well-known differs between the addresses',
    check: 'well-known',
    why: 'Which homeserver others find depends on the address that they happen to ask.',
    severity: 'error',
    go: 'warning',
    visible: NEGATIVE,
  },
  'MB-FED-018': {
    title: 'The web server does not know the requested host',
    check: 'homeserver',
    why: 'Other servers send the delegated name, with its port, in the Host header.',
    severity: 'error',
  },
  'MB-FED-019': {
    title: 'The SRV record points to an alias',
    check: 'SRV',
    why: 'RFC 2782 forbids it, and some resolvers give up there.',
    severity: 'error',
    go: 'warning',
  },
  'MB-FED-020': {
    title: 'The name servers fail on the SRV lookup',
    check: 'SRV',
    why: 'A failure is not a "no": Synapse stops there.',
    severity: 'error',
    go: 'info',
  },
  'MB-FED-021': {
    title: 'An SRV record leads elsewhere than well-known',
    check: 'SRV',
    why: 'Servers that cannot read well-known at the moment follow the record, to where the homeserver is not.',
    severity: 'warning',
    go: 'off',
    strict: 'error',
    visible: 'When the time to live of the DNS record is over.',
  },
  'MB-FED-022': {
    title: 'The homeserver has another name',
    check: 'keys',
    why: 'A homeserver is only ever known under the name that it signs with.',
    severity: 'error',
  },
  'MB-FED-023': {
    title: 'The signing key is not the recorded one',
    check: 'keys',
    why: 'Other servers remember the old key and refuse what the new one signs.',
    severity: 'error',
    go: 'off',
  },
  'MB-FED-024': {
    title: "The server's clock is wrong",
    check: 'clock',
    why: 'Certificates, keys and the order of messages depend on the time.',
    severity: 'warning',
    go: 'off',
  },
  'MB-FED-025': {
    title: 'The signing keys come too slowly',
    check: 'keys',
    why: 'Other servers give up after 10 seconds.',
    severity: 'error',
  },
  'MB-FED-026': {
    title: 'The port speaks plain HTTP',
    check: 'TLS',
    why: 'Federation is HTTPS only.',
    severity: 'error',
  },
  'MB-FED-027': {
    title: 'The proxy changes encoded paths',
    check: 'routes',
    why: 'Ids of rooms and events hold "/", "#" and "!"; those that do cannot be asked for.',
    severity: 'warning',
    go: 'off',
    strict: 'error',
  },
  'MB-FED-028': {
    title: 'The proxy refuses encoded characters',
    check: 'routes',
    why: 'Traefik 3.6.4 and later refuse %2F and %23, which ids of events and room aliases need.',
    severity: 'warning',
    go: 'off',
    strict: 'error',
  },
  'MB-FED-029': {
    title: 'Only a part of federation is routed to the homeserver',
    check: 'routes',
    why: 'Version and keys answer, so testers are content, but no message arrives.',
    severity: 'error',
    go: 'off',
  },
  'MB-FED-030': {
    title: 'Web clients may not read the answer (CORS)',
    check: 'clients',
    why: 'Browsers hide it from Element Web and others without Access-Control-Allow-Origin, on every redirect too.',
    severity: 'warning',
    go: 'off',
    strict: 'error',
  },
  'MB-FED-031': {
    title: 'Clients are sent to an address where no homeserver answers',
    check: 'clients',
    why: 'Nobody can log in by server name.',
    severity: 'warning',
    go: 'off',
    strict: 'error',
  },
  'MB-FED-032': {
    title: 'The host cannot reach itself under its public name',
    check: 'connection',
    why: 'A router that does not turn such connections round (hairpin NAT); federation itself is fine.',
    severity: 'warning',
  },
  'MB-FED-033': {
    title: 'The address is not a public one',
    check: 'DNS',
    why: 'Other servers cannot reach it, and Synapse refuses to try.',
    severity: 'error',
    go: 'off',
  },
  'MB-FED-034': {
    title: 'The published well-known is an old copy',
    check: 'well-known',
    why: 'Other servers are sent where this homeserver is not.',
    severity: 'error',
    go: 'off',
    visible: POSITIVE,
  },
  'MB-FED-101': {
    title: 'Well-known is not published',
    check: 'well-known',
    why: 'Other servers cannot tell that the homeserver is elsewhere, and look on port 8448 of the name itself.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-102': {
    title: 'The name itself does not answer over HTTPS',
    check: 'well-known',
    why: 'Well-known is asked from the name itself, over HTTPS with a valid certificate.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-103': {
    title: 'Well-known has no usable answer',
    check: 'well-known',
    why: 'Other servers ignore it and look for SRV records, then on port 8448.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-104': {
    title: 'Well-known is too long',
    check: 'well-known',
    why: 'Synapse reads 50 KiB, some servers 12 KiB.',
    severity: 'error',
    visible: NEGATIVE,
  },
  'MB-FED-105': {
    title: 'Well-known does not say that it is JSON',
    check: 'well-known',
    why: 'Servers do not insist on it today; the specification does.',
    severity: 'warning',
    go: 'off',
    strict: 'error',
  },
  'MB-FED-110': {
    title: 'This is not a server name',
    check: 'name',
    why: 'A server name is a host, or a host and a port.',
    severity: 'error',
  },
  'MB-FED-111': {
    title: 'The name has no address',
    check: 'DNS',
    why: 'Other servers cannot tell where to connect to.',
    severity: 'error',
  },
  'MB-FED-112': {
    title: 'The name servers fail',
    check: 'DNS',
    why: 'A failing lookup stops other servers, even when another lookup works.',
    severity: 'error',
  },
  'MB-FED-113': {
    title: 'An address does not answer',
    check: 'connection',
    why: 'Every advertised address has to work: other servers pick any of them.',
    severity: 'error',
  },
  'MB-FED-114': {
    title: 'No TLS connection comes about',
    check: 'TLS',
    why: 'Federation is HTTPS only.',
    severity: 'error',
  },
  'MB-FED-115': {
    title: 'TLS is too old',
    check: 'TLS',
    why: "Go's and Rust's servers speak TLS 1.2 and 1.3 only.",
    severity: 'error',
  },
  'MB-FED-116': {
    title: 'The certificate is not trusted',
    check: 'certificate',
    why: 'Other servers refuse certificates of authorities that they do not know.',
    severity: 'error',
  },
  'MB-FED-117': {
    title: 'The certificate is not valid yet',
    check: 'certificate',
    why: 'Other servers refuse the connection.',
    severity: 'error',
  },
  'MB-FED-118': {
    title: 'The certificate expires soon',
    check: 'certificate',
    why: 'It should have been renewed by now.',
    severity: 'warning',
    go: 'off',
  },
  'MB-FED-119': {
    title: 'The homeserver does not answer',
    check: 'homeserver',
    why: 'The connection is fine, but behind it nothing speaks Matrix federation.',
    severity: 'error',
  },
  'MB-FED-120': {
    title: 'The version is incomplete',
    check: 'homeserver',
    why: 'The answer should name the software and its version.',
    severity: 'warning',
    go: 'off',
  },
  'MB-FED-121': {
    title: 'The signing keys are not served',
    check: 'keys',
    why: 'Without them other servers cannot verify a single message.',
    severity: 'error',
  },
  'MB-FED-122': {
    title: 'The signing keys do not say that they are JSON',
    check: 'keys',
    why: 'The specification asks for Content-Type: application/json.',
    severity: 'error',
    go: 'off',
  },
  'MB-FED-123': {
    title: 'The signing keys are out of date',
    check: 'keys',
    why: 'valid_until_ts is in the past, so other servers do not use them.',
    severity: 'error',
  },
  'MB-FED-124': {
    title: 'The signing keys expire within the hour',
    check: 'keys',
    why: 'Other servers fetch them over and over again.',
    severity: 'warning',
    go: 'off',
  },
  'MB-FED-125': {
    title: 'The signing keys claim to be valid for more than a week',
    check: 'keys',
    why: 'Other servers count seven days at most.',
    severity: 'info',
    go: 'off',
  },
  'MB-FED-126': {
    title: 'There is no usable signing key',
    check: 'keys',
    why: 'At least one ed25519 key of 32 bytes is needed.',
    severity: 'error',
  },
  'MB-FED-127': {
    title: "A key's name has characters that it should not have",
    check: 'keys',
    why: 'Names of keys consist of letters, digits and underscores.',
    severity: 'warning',
    go: 'off',
  },
  'MB-FED-128': {
    title: 'The keys are not signed by a key',
    check: 'keys',
    why: 'Every key proves itself by signing the document that it is in.',
    severity: 'error',
  },
  'MB-FED-129': {
    title: 'A key is both current and old',
    check: 'keys',
    why: 'Other servers cannot tell whether to accept it.',
    severity: 'error',
    go: 'off',
  },
  'MB-FED-130': {
    title: 'The private half of the key is public',
    check: 'keys',
    why: 'Anybody can sign in the name of this server.',
    severity: 'error',
    go: 'off',
  },
  'MB-FED-131': {
    title: 'The keys have no canonical form',
    check: 'keys',
    why: 'Fractions and integers beyond 2^53 cannot be signed.',
    severity: 'error',
  },
  'MB-FED-132': {
    title: 'The SRV record says that there is no server',
    check: 'SRV',
    why: 'A target of "." means: this service is not offered here.',
    severity: 'error',
  },
  'MB-FED-133': {
    title: 'The public tester does not find the server',
    check: 'connection',
    why: 'It looks for servers in a way of its own; other servers follow the specification.',
    severity: 'error',
  },
  'MB-FED-134': {
    title: 'A published key is not base64',
    check: 'keys',
    why: 'Synapse and others refuse the whole document for one old key that they cannot read.',
    severity: 'error',
  },
  'MB-FED-135': {
    title: 'An address was not looked at',
    check: 'connection',
    why: 'This machine has no route to it, which says nothing about the server.',
    severity: 'info',
  },
  'MB-FED-136': {
    title: 'Nothing could be checked from here',
    check: 'connection',
    why: 'Neither good nor bad can be said.',
    severity: 'info',
  },
  'MB-FED-137': {
    title: 'An old key has the wrong length',
    check: 'keys',
    why: 'Synapse refuses the whole document for one old ed25519 key that does not have 32 bytes.',
    severity: 'error',
    go: 'off',
  },
  'MB-FED-140': {
    title: 'The client file is broken',
    check: 'clients',
    why: 'Clients that are given only the server name do not find the homeserver.',
    severity: 'warning',
    go: 'off',
    strict: 'error',
  },
  'MB-FED-141': {
    title: 'The support file is broken',
    check: 'support',
    why: 'It should name a contact or a support page.',
    severity: 'info',
    go: 'off',
  },
  'MB-FED-142': {
    title: 'Another homeserver could not get the keys',
    check: 'opinions',
    why: 'A homeserver that was asked to fetch the keys did not get them: it cannot federate with this one now.',
    severity: 'warning',
    go: 'off',
    visible: 'Homeservers try again after minutes to hours.',
  },
  'MB-FED-143': {
    title: 'The public tester disagrees',
    check: 'opinions',
    why: 'A second opinion from another place; it reads some rules differently.',
    severity: 'info',
    go: 'off',
  },
  'MB-FED-144': {
    title: 'The homeserver offers no sliding sync',
    check: 'clients',
    why: 'Element X and its like sync in no other way: they refuse this server. Older apps do without.',
    severity: 'info',
    go: 'off',
  },
} as const satisfies Record<`MB-FED-${number}`, CodeEntry>;

export type Code = keyof typeof CODES;
