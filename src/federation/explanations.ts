import type { Code } from './codes.ts';

export interface Explanation {
  /** How the check tells it. */
  readonly detected: string;
  /** What to do, one step a line, in words that hold for every server. */
  readonly fix: readonly string[];
}

const ROUTE_ALL =
  'Route all of /_matrix to the homeserver, with the path as it came, and answer nothing of it elsewhere';
const KEYS_AGAIN =
  'Look at /_matrix/key/v2/server of the homeserver itself, past the proxy: if it is right there, the proxy changes it';
const NAME_SERVERS =
  'Ask the name servers one by one (dig NAME @SERVER) and look at DNSSEC (delv NAME, or dnsviz.net)';
const PUBLISH =
  'Publish /.well-known/matrix/server of the server name with {"m.server": "HOMESERVER:443"} and Content-Type application/json';

/** What is to be known of each finding beside its entry in CODES; the findings themselves name hosts and files. */
export const EXPLANATIONS: Readonly<Record<Code, Explanation>> = {
  'MB-FED-001': {
    detected: 'The answer is 200 and its body begins with "<".',
    fix: [
      'Give /.well-known/matrix/ a route of its own, before the catch-all that answers with the website',
      PUBLISH,
    ],
  },
  'MB-FED-002': {
    detected:
      'A redirect leads to another host: an error when no usable file is there, information when there is one.',
    fix: ['Exempt /.well-known/matrix/ from the redirect (to www, as a rule), or serve the file there too'],
  },
  'MB-FED-003': {
    detected: 'A hop answers with status 308.',
    fix: ['Redirect with 301 or 302, or serve the file directly'],
  },
  'MB-FED-004': {
    detected: 'A redirect leads to a URL that was asked before.',
    fix: ['Serve the file at the first URL; look for two rules that send each other their requests'],
  },
  'MB-FED-005': {
    detected: 'The value is not host or host:port by the grammar of server names, for example it is a URL.',
    fix: ['Write the host and the port only, without https:// and without a path: "matrix.example.org:443"'],
  },
  'MB-FED-006': {
    detected: 'The answer is 200 and does not parse as JSON; the place of the fault is said.',
    fix: ['Correct the file: {"m.server": "HOMESERVER:443"}', 'Try it: python3 -m json.tool < FILE'],
  },
  'MB-FED-007': {
    detected: 'Port 8448 of the delegated name does not answer, port 443 does, as this homeserver.',
    fix: ['Write the port into the file: {"m.server": "HOMESERVER:443"}'],
  },
  'MB-FED-008': {
    detected: 'There is no usable well-known and no SRV record, and port 8448 refuses or is silent.',
    fix: [PUBLISH, "Or open port 8448, in the provider's firewall too, and let the proxy listen there"],
  },
  'MB-FED-009': {
    detected: 'Answers of this name carry the header cf-ray, and port 8448 does not answer.',
    fix: [PUBLISH, 'Or set the DNS record to "DNS only" in Cloudflare'],
  },
  'MB-FED-010': {
    detected: 'The answer carries the header cf-mitigated.',
    fix: ['Turn bot fight mode and challenges off for the homeserver and for /.well-known/matrix/'],
  },
  'MB-FED-011': {
    detected: 'The chain has one certificate, and its issuer is not among the trusted ones.',
    fix: ['Serve the whole chain: fullchain.pem in the place of cert.pem, then reload the proxy'],
  },
  'MB-FED-012': {
    detected: "The certificate is signed by itself, or by the proxy's own local authority.",
    fix: [
      "The certificate was never obtained: look for ACME errors in the proxy's log",
      'Ports 80 and 443 must reach the proxy from the internet, and DNS must point at it',
    ],
  },
  'MB-FED-013': {
    detected:
      'No name of the certificate (subject alternative names; the common name does not count) covers it.',
    fix: ['Get a certificate for the name that is needed, and let the proxy show it for that name (SNI)'],
  },
  'MB-FED-014': {
    detected: 'The certificate covers the target of the SRV record and not the name itself.',
    fix: [
      'Publish a well-known in the place of the SRV record: then the certificate of the target is the right one',
      'Or get a certificate for the server name and show it there',
    ],
  },
  'MB-FED-015': {
    detected: 'notAfter of the certificate has passed.',
    fix: [
      'Compare with the file on the disk: when that one is new, reload the proxy',
      "Otherwise renew it and look for ACME errors in the proxy's log",
    ],
  },
  'MB-FED-016': {
    detected: 'An IPv6 address does not connect and an IPv4 address does.',
    fix: [
      'Let the proxy listen on [::] and open the port for IPv6 in the firewalls',
      'Or remove the AAAA record',
    ],
  },
  'MB-FED-017': {
    detected: 'Well-known is fetched from every address of the name; the answers differ.',
    fix: ['Serve the same file at every A and AAAA address, or remove the records of the others'],
  },
  'MB-FED-018': {
    detected: 'The version answers 404 or 421 with the Host header that other servers send.',
    fix: [
      'Route requests for the delegated name to the homeserver, with and without the port in the Host header',
      ROUTE_ALL,
    ],
  },
  'MB-FED-019': {
    detected: 'The target of the SRV record has a CNAME record.',
    fix: ['Point the SRV record at a name with A and AAAA records of its own'],
  },
  'MB-FED-020': {
    detected:
      'The lookup ends in SERVFAIL (an error) or without any answer (a warning: it may be the network here).',
    fix: [NAME_SERVERS, 'Or write a port into "m.server": then nobody asks for SRV records'],
  },
  'MB-FED-021': {
    detected: 'Well-known decides, and an SRV record of the same name leads to another host or port.',
    fix: ['Remove the SRV record: with a well-known nobody needs it'],
  },
  'MB-FED-022': {
    detected: 'server_name in the key document is not the name that was asked for.',
    fix: [
      'Check the name after the colon of the user ids: @you:example.org is on example.org, not on matrix.example.org',
      'If the server really has the wrong name: it cannot be changed, only installed anew',
    ],
  },
  'MB-FED-023': {
    detected:
      'The recorded key is neither among the current keys nor among the old ones, or has other bytes.',
    fix: [
      'Put the old signing key back from a backup and restart the homeserver, before it talks to others',
      'If it is lost for good: list it under old_signing_keys in homeserver.yaml, with the time of the change',
    ],
  },
  'MB-FED-024': {
    detected: 'The Date header of the answers differs from the clock here by more than a minute.',
    fix: ['timedatectl set-ntp true', 'Compare the clock of the machine that checks as well'],
  },
  'MB-FED-025': {
    detected: 'The key document took longer than 10 seconds.',
    fix: ['See what keeps the homeserver busy: memory, disk, the database'],
  },
  'MB-FED-026': {
    detected: 'The answer to the TLS handshake is not TLS.',
    fix: ['Let the proxy terminate TLS on this port, and forward plain HTTP only inside the machine'],
  },
  'MB-FED-027': {
    detected:
      'An event id with %2F and %23 in it gets another answer than one without: the path was decoded on the way.',
    fix: [ROUTE_ALL],
  },
  'MB-FED-028': {
    detected: 'A path with %2F and %23 is answered 400 by something that is not the homeserver.',
    fix: ['Allow encoded characters in the paths of the entry point'],
  },
  'MB-FED-029': {
    detected: 'Version and keys answer, and a federation path without a signature gets no Matrix error.',
    fix: [ROUTE_ALL],
  },
  'MB-FED-030': {
    detected:
      'A hop of the client file, or of the versions that it leads to, has no Access-Control-Allow-Origin.',
    fix: ['Answer with the header Access-Control-Allow-Origin: *, on every redirect too'],
  },
  'MB-FED-031': {
    detected:
      'base_url of the client file is no https URL, or /_matrix/client/versions does not answer there.',
    fix: [
      'Write the URL under which the homeserver answers into the client file',
      'Synapse says the same in public_baseurl',
    ],
  },
  'MB-FED-032': {
    detected: 'From outside everything is in order, from the host itself it is not.',
    fix: [
      "Name the server's own addresses in /etc/hosts on the host, or use split DNS",
      'Or turn on NAT loopback (hairpin NAT) in the router',
    ],
  },
  'MB-FED-033': {
    detected: 'The address is in a network that is not reachable from the internet.',
    fix: [
      'Publish the public address in DNS',
      'In a closed federation name its networks: --federate-with here, federation_ip_range_blacklist in Synapse',
    ],
  },
  'MB-FED-034': {
    detected: '"m.server" is not what this deployment has to have.',
    fix: [
      'Publish the file as it is now (matrix-bastion well-known DOMAIN prints it), or proxy it in the place of a copy',
    ],
  },
  'MB-FED-101': { detected: 'The answer is 404 or 410.', fix: [PUBLISH] },
  'MB-FED-102': {
    detected: 'The name has no address, or port 443 of it has no usable certificate or no answer.',
    fix: ['Let the name answer on port 443 with a certificate for the name', PUBLISH],
  },
  'MB-FED-103': {
    detected: 'The answer has another status, no "m.server", or a redirect that leads nowhere.',
    fix: [PUBLISH],
  },
  'MB-FED-104': {
    detected: 'The body is longer than 50 KiB (an error) or 12 KiB (a warning).',
    fix: ['Publish "m.server" alone'],
  },
  'MB-FED-105': {
    detected: 'Content-Type is missing or is not application/json.',
    fix: ['Serve the file with Content-Type: application/json'],
  },
  'MB-FED-110': {
    detected: 'The name does not follow the grammar of server names.',
    fix: ['Give the part after the colon of a user id: example.org for @you:example.org'],
  },
  'MB-FED-111': {
    detected: 'Neither an A nor an AAAA record: NXDOMAIN or an empty answer.',
    fix: ['Create an A record, and an AAAA record where there is IPv6'],
  },
  'MB-FED-112': { detected: 'A lookup ends in SERVFAIL or without any answer.', fix: [NAME_SERVERS] },
  'MB-FED-113': {
    detected: 'The connection is refused, or nothing comes back.',
    fix: ["Open the port, in the provider's firewall too, and see whether the proxy listens on it"],
  },
  'MB-FED-114': {
    detected: 'The TLS handshake fails, for another reason than the version.',
    fix: ["See the proxy's log: as a rule it has no certificate for the name that is asked for"],
  },
  'MB-FED-115': {
    detected: 'The handshake ends at TLS 1.0 or 1.1, or fails on the version.',
    fix: ['Enable TLS 1.2 and 1.3 in the proxy'],
  },
  'MB-FED-116': {
    detected: 'The chain does not end at a trusted authority.',
    fix: [
      "Use a certificate of a public authority, such as Let's Encrypt; not of its staging service",
      'If the authority is your own, every server of the federation must trust it; here: --ca-file FILE',
    ],
  },
  'MB-FED-117': {
    detected: 'notBefore of the certificate is in the future.',
    fix: ['Compare the clocks: of the machine that checks and of whoever issued the certificate'],
  },
  'MB-FED-118': {
    detected: 'Fewer than 14 days are left.',
    fix: ["Renewal fails: look for ACME errors in the proxy's log"],
  },
  'MB-FED-119': {
    detected: 'The version is an error, or is not a JSON object.',
    fix: ['See whether the homeserver runs, and its log', ROUTE_ALL],
  },
  'MB-FED-120': {
    detected: 'server.name or server.version is missing.',
    fix: ['Nothing urgent: other servers only display it'],
  },
  'MB-FED-121': { detected: 'The keys are an error, or not a JSON object, or endless.', fix: [ROUTE_ALL] },
  'MB-FED-122': {
    detected: 'Content-Type of the keys is not application/json.',
    fix: ['Let the proxy pass the Content-Type of the homeserver on'],
  },
  'MB-FED-123': {
    detected: 'valid_until_ts is in the past or missing.',
    fix: ['Restart the homeserver and compare its clock', KEYS_AGAIN],
  },
  'MB-FED-124': {
    detected: 'valid_until_ts is less than an hour away.',
    fix: ['Restart the homeserver and compare its clock'],
  },
  'MB-FED-125': {
    detected: 'valid_until_ts is more than a week away.',
    fix: ['Nothing: other servers count seven days (key_refresh_interval in Synapse)'],
  },
  'MB-FED-126': {
    detected: 'No key in verify_keys begins with "ed25519:" and has 32 bytes.',
    fix: ['Restore the signing key from a backup, or let a new homeserver make one'],
  },
  'MB-FED-127': {
    detected: 'A key id has characters beside letters, digits and "_".',
    fix: ['Nothing urgent; a new key should have a plain name'],
  },
  'MB-FED-128': {
    detected: 'A key in verify_keys has not signed the document, or its signature does not verify.',
    fix: [KEYS_AGAIN],
  },
  'MB-FED-129': {
    detected: 'The same key id is in verify_keys and in old_verify_keys.',
    fix: ['Remove it from old_signing_keys in homeserver.yaml'],
  },
  'MB-FED-130': {
    detected: "The key is the specification's example, whose private half is printed there.",
    fix: ['Make a new signing key, and list the old one nowhere'],
  },
  'MB-FED-131': {
    detected: 'The document has a fraction, or an integer that is too large.',
    fix: [KEYS_AGAIN],
  },
  'MB-FED-132': {
    detected: 'The target of every SRV record is ".".',
    fix: ['Remove the SRV record, or point it at the homeserver'],
  },
  'MB-FED-133': {
    detected:
      'By the specification everything is in order; on the way of the public tester there is no server.',
    fix: ['Nothing for other servers; docs/federation.md lists where the tester goes another way'],
  },
  'MB-FED-134': {
    detected: 'An entry of old_verify_keys, or of verify_keys, is not unpadded base64.',
    fix: ['Correct the key in old_signing_keys of homeserver.yaml', KEYS_AGAIN],
  },
  'MB-FED-137': {
    detected: 'An ed25519 key in old_verify_keys does not have 32 bytes.',
    fix: ['Correct the key in old_signing_keys of homeserver.yaml'],
  },
  'MB-FED-135': {
    detected: 'This machine has no route to the address.',
    fix: ['Check again from a machine that has one'],
  },
  'MB-FED-136': {
    detected: 'No address came out of DNS, or none could be reached from here.',
    fix: ['Check again from another machine, or with another DNS server (--dns)'],
  },
  'MB-FED-142': {
    detected: 'GET /_matrix/key/v2/query/SERVER_NAME at the homeserver named by --notary has no keys of it.',
    fix: [
      'Look for its requests in the log of your homeserver',
      'Check again in an hour: it remembers failures',
    ],
  },
  'MB-FED-143': {
    detected: 'FederationOK of federationtester.matrix.org (--public-tester) is false.',
    fix: ['Compare its report; docs/federation.md lists where it differs from the specification'],
  },
  'MB-FED-140': {
    detected: 'The client file answers neither 404 nor a JSON object.',
    fix: ['Publish {"m.homeserver": {"base_url": "https://HOMESERVER"}} there, or answer 404'],
  },
  'MB-FED-141': {
    detected: 'The support file names neither a contact nor a support page.',
    fix: ['Publish {"contacts": [{"role": "m.role.admin", "matrix_id": "@you:example.org"}]}'],
  },
  'MB-FED-144': {
    detected: '/_matrix/client/versions does not say that org.matrix.simplified_msc3575 is true.',
    fix: ['Update the homeserver: Synapse has it since 1.114', 'Hand /_matrix/client/versions on unchanged'],
  },
};
