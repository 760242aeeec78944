import { type CodeText, GOES_ON, NOTHING } from './explained.ts';

const WARNING = 'It is a warning: the run goes on.';

/** Names, ports, the machine's ways out, and what the world sees in the end. */
export const NETWORK_CODES = {
  'MB-DNS-MISSING': {
    means: 'The name of the server has no address in the DNS.',
    why: 'Clients, other servers and the certificate authority find the server by it.',
    fix: [
      'Add an A record (and AAAA with IPv6) at your DNS provider',
      '--wait goes on as soon as it is there',
    ],
    safe: NOTHING,
  },
  'MB-DNS-ELSEWHERE': {
    means: 'The name of the server points at another machine.',
    why: 'The certificate authority would ask that one, and so would everybody else.',
    fix: ['Correct the record at your DNS provider', 'Behind address translation: --public-address ADDRESS'],
    safe: NOTHING,
  },
  'MB-DNS-HALF': {
    means: 'The domain points at this machine and at another one.',
    why: 'Which of them serves the well-known files would change from one visitor to the next.',
    fix: ['Remove or change the record of the other one at your DNS provider'],
    safe: NOTHING,
  },
  'MB-DNS-CDN': {
    means: 'A name points at the proxy of a CDN.',
    why: 'It ends the encryption, refuses large uploads, and turns other homeservers away.',
    fix: [
      'Turn the proxy off for that name (at Cloudflare: "DNS only")',
      'For the domain itself: exempt /.well-known/matrix/',
    ],
    safe: NOTHING,
  },
  'MB-DNS-CAA': {
    means: 'CAA records forbid the certificate.',
    why: "Let's Encrypt asks these records first, and obeys.",
    fix: ['Add at your DNS provider: NAME CAA 0 issue "letsencrypt.org"', 'Keep the records that are there'],
    safe: NOTHING,
  },
  'MB-DNS-CAA-UNKNOWN': {
    means: 'Whether CAA records forbid the certificate could not be told.',
    why: "Let's Encrypt issues nothing while name servers fail on that question.",
    fix: ['Ask yourself: dig CAA NAME', 'With other name servers: --dns 9.9.9.9'],
    safe: WARNING,
  },
  'MB-NET-DNS': {
    means: "The machine's own name servers do not know what it has to fetch from.",
    why: 'It could not fetch what it installs.',
    fix: ['On the machine: getent hosts NAME; resolvectl status; /etc/resolv.conf'],
    safe: NOTHING,
  },
  'MB-NET-IPV4': {
    means: 'The machine has no way out over IPv4, and something that it needs has no IPv6.',
    why: 'It could not fetch what it installs; most homeservers are on IPv4 only, too.',
    fix: ['Order an IPv4 address', "Or use the provider's NAT64 with its DNS64 name servers"],
    safe: NOTHING,
  },
  'MB-NET-IPV6': {
    means: 'The machine has an IPv6 address that leads nowhere.',
    why: 'Who tries IPv6 first gets no answer; with an AAAA record the certificate authority is one of them.',
    fix: [
      "Set the gateway as the provider's panel says: ip -6 route show default",
      'Or remove the AAAA record',
    ],
    safe: NOTHING,
  },
  'MB-NET-OUT': {
    means: 'The machine cannot reach a registry, a package source or the certificate authority.',
    why: 'It could not fetch what it installs.',
    fix: ["Let it out to TCP 80 and 443: the provider's firewall and its own (ufw status, nft list ruleset)"],
    safe: NOTHING,
  },
  'MB-PORT-CLOSED': {
    means: 'Port 80 or 443 cannot be reached from outside.',
    why: 'A token that the machine gave out there was not got back; the certificate authority would fail as well.',
    fix: ["Open TCP 80, TCP 443 and UDP 443 in the provider's firewall"],
    safe: NOTHING,
  },
  'MB-PORT-UNKNOWN': {
    means: 'Whether ports 80 and 443 can be reached could not be told.',
    why: 'They are taken, or the machine cannot answer there before the installation.',
    fix: ["See that the provider's firewall lets in TCP 80, TCP 443 and UDP 443"],
    safe: WARNING,
  },
  'MB-CERTIFICATE': {
    means: 'No valid certificate is seen on port 443.',
    why: 'Clients and other servers refuse a server without one.',
    fix: [
      'Check A and AAAA of the name, and ports 80 and 443',
      'Then run this again; Caddy goes on trying by itself',
    ],
    safe: 'Synapse and the database run; nothing is lost.',
  },
  'MB-WELL-KNOWN': {
    means: 'The website of the domain does not have the well-known files yet.',
    why: 'Until then nobody can write to your users.',
    fix: [
      'Publish the files that were printed, or redirect /.well-known/matrix/ to the Matrix host',
      '--wait waits for them',
    ],
    safe: 'The server is up; nothing is lost.',
  },
  'MB-FED': {
    means: 'The check of the federation could not tell whether all is well.',
    why: 'A server that others cannot reach looks fine to its own users.',
    fix: [
      'See the whole picture: matrix-bastion check DOMAIN',
      'matrix-bastion explain MB-FED-… explains each finding',
    ],
    safe: 'The server is up; nothing is lost.',
  },
  'MB-LOGIN': {
    means: 'The administrator could not log in.',
    why: 'A login is the proof that the server works.',
    fix: [
      'With another password than the one that was made: --admin-password-file FILE',
      'Else run this again',
    ],
    safe: 'The server runs; the account is unchanged.',
  },
  'MB-EVIDENCE': {
    means: 'The file for the evidence of a check could not be written.',
    why: 'It is what was asked for.',
    fix: ['Name a file in a folder that you may write to'],
    safe: NOTHING,
  },
  'MB-NOT-CONVERGING': {
    means: 'A step was applied, and the machine still differs from the plan.',
    why: 'Something else on the machine undoes it.',
    fix: ['Look for configuration management or a hardening script, and exempt /opt/matrix-bastion'],
    safe: GOES_ON,
  },
  'MB-PROXY': {
    means: 'Your own web server does not hand Matrix on yet.',
    why: 'The rest is done; only its lines are missing, or they do not work.',
    fix: [
      'Put the lines that were printed into it; they are in /opt/matrix-bastion/proxy too',
      'The same command goes on from there',
    ],
    safe: 'Your web server was not touched, and the homeserver runs behind it.',
  },
} satisfies Readonly<Record<string, CodeText>>;
