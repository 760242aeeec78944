/**
 * Evidence: what was seen, before anybody thinks about it. One JSON document, so that it can be saved and judged
 * again elsewhere. Everything that may be missing is optional: missing means "not looked at".
 */
import type { Family } from './ip.ts';
import type { Software } from './recipes.ts';

export const EVIDENCE_FORMAT = 1;

/** NXDOMAIN: no such name. NODATA: the name has no such record. SERVFAIL: the name servers failed. TIMEOUT: no answer. */
export type DnsOutcome = 'found' | 'NXDOMAIN' | 'NODATA' | 'SERVFAIL' | 'TIMEOUT';

export interface AddressAnswer {
  readonly outcome: DnsOutcome;
  readonly addresses: readonly string[];
  /** Seconds; the lowest of the records. */
  readonly ttl?: number;
}

/** A and AAAA of one name. `a` or `aaaa` is missing when only the other family was asked for. */
export interface Lookup {
  readonly name: string;
  readonly a?: AddressAnswer;
  readonly aaaa?: AddressAnswer;
}

export interface SrvRecord {
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface SrvAnswer {
  readonly outcome: DnsOutcome;
  readonly records: readonly SrvRecord[];
}

/** Where a connection or a request ended. `route`: this machine has no way there, which is no fault of the server's. */
export interface NetError {
  readonly phase: 'dns' | 'route' | 'tcp' | 'tls' | 'http';
  /** ECONNREFUSED, DEADLINE, ERR_SSL_…: for code; `message` is for people. */
  readonly code: string;
  readonly message: string;
}

export interface SeenLink {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
}

export interface TlsEvidence {
  readonly protocol?: string;
  readonly cipher?: string;
  /** Leaf first. Empty where the vantage point does not show it (curl). */
  readonly chain: readonly SeenLink[];
  /** The leaf, so that any name can be held against it later. */
  readonly leafPem?: string;
  /** Names of the leaf as `DNS:…` and `IP Address:…`, at most 100; to be shown, not to be matched. */
  readonly names?: readonly string[];
  /** OpenSSL's reason why the chain is not trusted; missing when it is. Says nothing about the name. */
  readonly authorizationError?: string;
}

/** One HTTPS request and what came of it. */
export interface Exchange {
  readonly url: string;
  readonly ip?: string;
  readonly hostHeader?: string;
  /** ISO 8601, when the answer's headers (or the error) came: compared with the Date header. */
  readonly at: string;
  /** From the first packet to the last byte, milliseconds. */
  readonly ms: number;
  readonly status?: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The body was longer than what was read. */
  readonly truncated?: boolean;
  readonly tls?: TlsEvidence;
  readonly error?: NetError;
}

/** A request with its redirects, first hop first. */
export interface Chain {
  readonly exchanges: readonly Exchange[];
  /** Why the last redirect was not followed. */
  readonly stopped?: 'loop' | 'too-many' | 'no-location' | 'not-https' | 'not-public';
  /** DNS of a redirect's host when that is where it ended. */
  readonly lookup?: Lookup;
}

/** The rules of server discovery, numbered as the specification's steps (v1.8 and later). */
export type Rule = '1' | '2' | '3.1' | '3.2' | '3.3' | '3.4' | '3.5' | '4' | '5' | '6';

export interface Target {
  readonly ip: string;
  readonly family: Family;
  readonly port: number;
  readonly hostHeader: string;
  /** Name or IP that the certificate must cover. */
  readonly certificateName: string;
  /** Server Name Indication; null for IP literals, which have none. */
  readonly sni: string | null;
  readonly via: Rule;
  /** SRV target that the address belongs to. */
  readonly srvTarget?: string;
}

/** Why a well-known answer does not count. */
export interface WellKnownFault {
  readonly kind:
    | 'no-address'
    | 'unreachable'
    | 'certificate'
    | 'redirect'
    | 'status'
    | 'too-large'
    | 'html'
    | 'json'
    | 'no-m.server'
    | 'bad-m.server';
  readonly detail: string;
}

export type Hop =
  | { readonly kind: 'invalid-name'; readonly reason: string }
  | { readonly kind: 'lookup'; readonly purpose: 'well-known' | 'target'; readonly lookup: Lookup }
  | {
      readonly kind: 'well-known';
      readonly host: string;
      readonly delegated?: string;
      readonly fault?: WellKnownFault;
    }
  | { readonly kind: 'srv'; readonly name: string; readonly legacy: boolean; readonly answer: SrvAnswer }
  | { readonly kind: 'cname'; readonly name: string; readonly target: string }
  | { readonly kind: 'rule'; readonly rule: Rule; readonly host: string; readonly port?: number };

export interface AddressEvidence {
  readonly target: Target;
  /** Not probed: this machine has no route there, or the operator asked for the other family only. */
  readonly skipped?: 'no-route' | 'not-asked';
  /** Milliseconds until connected, or the error. */
  readonly tcp?: { readonly ms: number; readonly error?: NetError };
  readonly tls?: TlsEvidence;
  readonly version?: Exchange;
  readonly keys?: Exchange;
  /** An event that nobody has, asked for without a signature: the homeserver itself must say no to both. */
  readonly routes?: { readonly plain: Exchange; readonly encoded: Exchange };
  /** The same on port 443, looked at when 8448 did not answer. */
  readonly on443?: AddressEvidence;
}

/** What is known about the server because it is ours; checked against what is seen. */
export interface OwnServer {
  /** Expected `m.server`. */
  readonly delegated?: string;
  /** Expected base_url of the client file, without a trailing slash. */
  readonly baseUrl?: string;
  /** Recorded signing keys: key id → unpadded base64. */
  readonly keys?: Readonly<Record<string, string>>;
  /** The operator's own proxy in front of it, and where that hands requests on; absent: our own router is in front. */
  readonly proxy?: { readonly software?: Software; readonly upstream: string };
}

export interface Settings {
  readonly timeoutMs: number;
  readonly only?: Family;
  readonly dns?: readonly string[];
  /** Networks (CIDR) of a closed federation: not public, and meant so. */
  readonly privateNetworks?: readonly string[];
  readonly own?: OwnServer;
  /** A homeserver that is asked for the keys as well. */
  readonly notary?: string;
  /** Whether federationtester.matrix.org is asked as well. */
  readonly publicTester?: true;
  /** Go the public tester's way too, where it is another one; without it the profile `go` is an approximation. */
  readonly asTester?: true;
}

/** What another homeserver or the public tester answered when asked about this one. */
export interface Opinion {
  readonly kind: 'notary' | 'public-tester';
  /** Who was asked. */
  readonly by: string;
  readonly exchange: Exchange;
}

/** The public tester's own way to a server. Addresses that the specification leads to as well are not looked at twice. */
export interface TesterEvidence {
  readonly hops: readonly Hop[];
  readonly wellKnown?: readonly Chain[];
  readonly addresses: readonly AddressEvidence[];
}

export interface Evidence {
  readonly format: typeof EVIDENCE_FORMAT;
  readonly serverName: string;
  /** ISO 8601. */
  readonly started: string;
  readonly ms: number;
  /** Where it was seen from: "operator", "host", … */
  readonly vantage: string;
  readonly settings: Settings;
  readonly hops: readonly Hop[];
  /** `/.well-known/matrix/server`, once per address of the host. */
  readonly wellKnown?: readonly Chain[];
  /** SRV records of the server name that well-known makes needless. */
  readonly leftoverSrv?: readonly { readonly name: string; readonly answer: SrvAnswer }[];
  readonly addresses: readonly AddressEvidence[];
  readonly tester?: TesterEvidence;
  readonly clientWellKnown?: Chain;
  readonly clientVersions?: Chain;
  readonly support?: Chain;
  readonly opinions?: readonly Opinion[];
}
