import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A flag's value that will not do, and what the error says about what would. */
export interface BadValue {
  /** The words after the flag; a switch takes none, so its value is part of it. */
  readonly words: readonly string[];
  readonly says: RegExp;
}

export type Command =
  | 'init'
  | 'plan'
  | 'check'
  | 'explain'
  | 'well-known'
  | 'guide'
  | 'backup'
  | 'restore'
  | 'unlock'
  | 'user'
  | 'invite'
  | 'moderation'
  | 'federation'
  | 'room'
  | 'disk'
  | 'uninstall';

const word = (text: string, says: RegExp): BadValue => ({ words: [text], says });
const nothing: BadValue = { words: [], says: /argument missing/ };

/** Files that are wrong in the ways in which files are wrong. */
export const badFiles = (folder: string) => {
  const files = {
    none: join(folder, 'none'),
    folder: join(folder, 'folder'),
    empty: join(folder, 'empty'),
    bytes: join(folder, 'bytes'),
    huge: join(folder, 'huge'),
    spaced: join(folder, 'spaced'),
    text: join(folder, 'text'),
    lines: join(folder, 'lines'),
    yaml: join(folder, 'answers.yaml'),
    key: join(folder, 'key.pem'),
  };
  mkdirSync(files.folder);
  writeFileSync(files.empty, '\n');
  writeFileSync(files.bytes, Buffer.from([0xff, 0xfe, 0x00]));
  writeFileSync(files.huge, 'a'.repeat(70_000));
  writeFileSync(files.spaced, ' secret \n');
  writeFileSync(files.lines, 'one\ntwo\n');
  writeFileSync(files.text, 'just some text\n');
  writeFileSync(files.yaml, 'domian: example.org\nrooms: many\n');
  writeFileSync(files.key, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
  return files;
};

/** At least one bad value for every flag; the test compares this table with the help. */
export const badValues = (
  files: ReturnType<typeof badFiles>,
): Readonly<Record<Command, Record<string, readonly BadValue[]>>> => {
  const anySecret = [
    word(files.none, /cannot be read: no such file or directory/),
    word(files.folder, /cannot be read: it is a folder/),
    word(files.empty, /is empty/),
    word(files.bytes, /is not UTF-8 text/),
    word(files.huge, /is larger than 64 KiB/),
    word('', /is not the path of a file/),
  ];
  const path = [word(files.none, /cannot be read: no such file or directory/), nothing];
  const certificates = [
    ...path,
    word(files.text, /holds no PEM certificate/),
    word(files.key, /private key: give the certificates only/),
  ];
  const duration = [
    word('0', /not a duration such as 90s, 10m or 1h/),
    word('soon', /not a duration such as 90s, 10m or 1h/),
    word('25h', /longer than 24h/),
  ];
  const network = [
    word('10.0.0.0', /has no prefix length: 10\.0\.0\.0\/32/),
    word('10.0.0.1/8', /10\.0\.0\.0\/8 is meant/),
    word('0.0.0.0/0', /name the networks that federate/),
    word('home', /is not a network such as 10\.0\.0\.0\/8/),
  ];
  const dns = [word('resolver', /address of a DNS server, such as 192\.0\.2\.1/)];
  const plain = [{ words: ['=yes'], says: /--plain takes no value/ }];
  const questions = {
    '--domain': [
      word('localhost', /names this machine only/),
      word('my_server.org', /underscore/),
      word('192.0.2.7', /is an IP address: a name is needed/),
      word('example.org:8448', /has a port: give the name alone/),
      word('@me:example.org', /give only what follows the colon/),
      word('', /a name is needed, for example example\.org/),
      nothing,
    ],
    '--matrix-host': [word('matrix', /has no dot/)],
    '--tier': [word('huge', /is not a tier: sentinel, garrison, ravelin, bulwark, custom/)],
    '--rooms': [word('many', /is not a whole number from 0 to 1000000/), word('-1', /--rooms/)],
    '--users': [
      word('0', /is not a whole number from 1 to 1000000/),
      word('1e3', /from 1 to 1000000/),
      word('-1', /--users/),
    ],
    '--largest-room': [
      word('0', /is not a whole number from 1 to 1000000/),
      { words: ['100', '--federation', 'closed'], says: /has no meaning with --federation closed/ },
    ],
    '--federation': [word('friends', /is not a mode: open, allowlist, closed/), nothing],
    '--federation-allow': [
      word('example.com', /needs --federation allowlist/),
      { words: ['*.example.com', '--federation', 'allowlist'], says: /--federation-allow/ },
      { words: ['', '--federation', 'allowlist'], says: /a server is needed, for example example\.com/ },
    ],
    '--client': [word('schildichat', /no web client that is maintained/), nothing],
    '--moderation': [
      word('meowlnir', /application service, which this version does not set up/),
      word('janny', /is not a moderation bot: draupnir, mjolnir or none/),
      nothing,
    ],
    '--client-host': [
      word('chat.example.org', /has no meaning with --client none/),
      { words: ['matrix.example.org', '--client', 'element'], says: /is the Matrix host/ },
    ],
    '--db-host': [
      word('root@@db', /the part before @ is not a login name/),
      word('root:secret@db', /a password has no place in it/),
      nothing,
    ],
    '--database': [
      word('mysql://a@b/c', /is not a URL such as postgresql:/),
      word('postgresql://a:secret@b/c', /holds a password/),
      word('postgresql://a@b/c?sslmode=prefer', /goes on without encryption/),
      { words: ['postgresql://a@b/c', '--db-host', 'root@db'], says: /exclude each other/ },
    ],
    '--database-ca': [
      word(files.text, /needs --database with sslmode=verify-full or verify-ca/),
      { words: [files.text, '--database', 'postgresql://a@b/c'], says: /holds no PEM certificate/ },
      { words: [files.none, '--database', 'postgresql://a@b/c'], says: /--database-ca/ },
    ],
    '--admin': [
      word('Anna', /lower case, for example anna/),
      word('_bridge', /application services/),
      word('7', /guests/),
    ],
    '--email': [word('postmaster', /is not a mail address/)],
    '--registration': [word('open', /"open" is not offered/), word('everybody', /closed or invite/)],
    '--docker-source': [word('snap', /is not a source: docker or distro/)],
    '--docker-mirror': [word('mirror.example.org', /is not an http or https URL/)],
    '--docker-mirror-fingerprint': [
      { words: ['AB CD', '--docker-mirror', 'https://m.example.org'], says: /40 hex digits/ },
      word('9DC858229FC7DD38854AE2D88D81803C0EBFCD88', /needs --docker-mirror/),
    ],
    '--proxy': [
      word('squid', /is not a web server known here: none, nginx, apache, caddy, traefik, haproxy, other/),
      nothing,
    ],
    '--proxy-listen': [
      word('127.0.0.1:8008', /needs --proxy/),
      { words: ['203.0.113.7:8008', '--proxy', 'nginx'], says: /is not a private address/ },
      { words: ['0.0.0.0:8008', '--proxy', 'nginx'], says: /is every address of the machine/ },
      { words: ['8008', '--proxy', 'nginx'], says: /is not an address and a port/ },
    ],
    '--public-address': [word('vps.example.org', /is not an IPv4 or IPv6 address/)],
    '--federate-with': network,
    '--federation-ca': certificates,
    '--answers': [
      ...path,
      word(files.yaml, /no answer named "domian"; did you mean domain\?/),
      word(files.yaml, /--rooms\): "many" is not a whole number/),
      word(files.text, /is not a mapping of answers, such as "domain: example\.org"/),
    ],
  };
  const connection = {
    '--ssh': [word('telnet', /is not one of ssh2, openssh, local/)],
    '--identity': [word(files.none, /cannot be read: no such file or directory/)],
    '--host-key': [word('aa:bb:cc', /fingerprint such as SHA256:… with 43 characters/)],
    '--ssh-password-file': anySecret,
    '--key-passphrase-file': anySecret,
    '--sudo-password-file': anySecret,
    '--non-interactive': [{ words: ['=no'], says: /--non-interactive takes no value/ }],
    '--plain': plain,
  };
  const dryRun = [{ words: ['=no'], says: /--dry-run takes no value/ }];
  const outside = { '--dns': dns, '--ca-file': certificates, '--timeout': duration };
  return {
    init: {
      ...questions,
      ...connection,
      '--db-host-key': [word('aa:bb:cc', /fingerprint such as SHA256:… with 43 characters/)],
      '--database-password-file': [...anySecret, word(files.lines, /holds a line break/)],
      '--signing-key-file': [...anySecret, word(files.text, /the file holds no signing key/)],
      '--admin-password-file': [...anySecret, word(files.spaced, /begins or ends with white space/)],
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
      '--print-answers': [
        { words: ['=no'], says: /--print-answers takes no value/ },
        { words: ['--explain-answers'], says: /--print-answers does not go with --explain-answers/ },
      ],
      '--print-commands': [
        { words: ['=no'], says: /--print-commands takes no value/ },
        { words: ['--print-answers'], says: /--print-answers does not go with --print-commands/ },
      ],
      '--explain-answers': [{ words: ['=no'], says: /--explain-answers takes no value/ }],
      '--json': [{ words: ['=yes'], says: /--json takes no value/ }],
      '--dry-run': dryRun,
      '--keep': [
        word('root@203.0.113.7', /is no file of ours below \/opt\/matrix-bastion that can be edited/),
        word('../etc/passwd', /is no file of ours/),
        { words: ['--replace'], says: /--keep and --replace exclude each other/ },
        { words: ['compose.yaml', '--replace', 'compose.yaml'], says: /compose\.yaml is named by both/ },
      ],
      '--replace': [word('synapse/conf.d/50-mine.yaml', /is no file of ours/)],
      '--diff': [{ words: ['=no'], says: /--diff takes no value/ }],
      '--check': [
        { words: ['=no'], says: /--check takes no value/ },
        { words: ['--print-answers'], says: /--check does not go with --print-answers/ },
      ],
      '--wait': duration,
      '--accept': [word('anything', /is nothing that an upgrade asks about: room-version-12/), nothing],
      '--no-backup': [{ words: ['=yes'], says: /--no-backup takes no value/ }],
      '--rollback': [{ words: ['=yes'], says: /--rollback takes no value/ }],
      ...outside,
    },
    plan: {
      ...questions,
      '--memory': [word('much', /is not a size of memory such as 8G or 16G/), word('1M', /such as 8G/)],
      '--vcpus': [word('0', /is not a whole number from 1 to 1024/), word('two', /from 1 to 1024/)],
      '--disk': [word('much', /is not the size of a disk such as 240G or 2T/), word('0', /such as 240G/)],
      '--compare': [
        word('garrison,huge', /has no tier in "huge": sentinel, garrison, ravelin, bulwark, custom/),
        word('', /--compare/),
      ],
      '--out': [word(files.text, /--out/), nothing],
      '--why': [{ words: ['=yes'], says: /--why takes no value/ }],
      '--json': [{ words: ['=yes'], says: /--json takes no value/ }],
      '--plain': plain,
    },
    check: {
      '--from-file': path,
      '--verbose': [{ words: ['=yes'], says: /--verbose takes no value/ }],
      '--json': [{ words: ['=yes'], says: /--json takes no value/ }],
      '--watch': duration,
      '--profile': [word('lax', /is not one of spec, go, strict/)],
      '--evidence': [word(files.folder, /it is a folder/), nothing],
      '--from': [...path, word(files.text, /the file says which server/)],
      '--from-host': [word('root@@vps', /does not name a machine/)],
      '--notary': [word('a..b', /is not a server name/)],
      '--public-tester': [{ words: ['=yes'], says: /--public-tester takes no value/ }],
      '--only': [word('5', /is not 4 or 6/)],
      '--federate-with': network,
      ...outside,
      ...connection,
    },
    explain: {
      '--domain': [word('a..b', /is not a host name/), word('192.0.2.1', /is an address/)],
      '--host': [word('matrix.example.org:443', /has a port/)],
      '--json': [{ words: ['=yes'], says: /--json takes no value/ }],
      '--plain': plain,
    },
    'well-known': {
      '--for': [word('geocities', /is not one of nginx, apache, caddy/), nothing],
      '--host': [word('matrix.example.org:443', /has a port/)],
      '--check': [{ words: ['=yes'], says: /--check takes no value/ }],
      '--wait': duration,
      ...outside,
      '--plain': plain,
    },
    guide: {
      '--contact': [word('', /is empty/), word('\u001b[2J', /holds characters that cannot be shown/)],
      '--client': [
        word('http://chat.example.org', /is not an address such as https/),
        word('javascript:alert(1)', /is not an address such as https/),
      ],
      '--host': [word('matrix.example.org:443', /has a port/)],
      '--html': [{ words: ['=yes'], says: /--html takes no value/ }],
      '--out': [word('', /is not the path of a file/), nothing],
      '--plain': plain,
    },
    restore: {
      ...connection,
      ...outside,
      '--age-identity-file': [...anySecret, word(files.text, /holds no secret key of age/)],
      '--s3-credentials-file': [
        { words: [files.text], says: /--s3-credentials-file has no meaning without s3:\/\// },
      ],
      '--s3-endpoint': [word('ftp://s3.example.org', /is not an address such as https:/)],
      '--s3-region': [word('eu central', /is not a region such as eu-central-1/)],
      '--tier': questions['--tier'],
      '--docker-source': questions['--docker-source'],
      '--docker-mirror': questions['--docker-mirror'],
      '--docker-mirror-fingerprint': questions['--docker-mirror-fingerprint'],
      '--proxy': questions['--proxy'],
      '--proxy-listen': questions['--proxy-listen'],
      '--public-address': questions['--public-address'],
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
      '--wait': duration,
    },
    // reset-password and create: a flag of another action has no effect.
    user: {
      ...connection,
      '--admin': [{ words: [], says: /--admin has no meaning with reset-password/ }],
      '--password-file': [...anySecret, word(files.spaced, /begins or ends with white space/)],
      '--logout-devices': [{ words: ['=no'], says: /--logout-devices takes no value/ }],
      '--json': [{ words: [], says: /--json has no meaning with reset-password/ }],
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
    },
    invite: {
      ...connection,
      '--uses': [
        word('0', /is not a whole number from 1 to 10000, or unlimited/),
        word('many', /or unlimited/),
      ],
      '--expires': [
        word('soon', /is not a duration such as 12h, 7d or 2w, nor never/),
        word('0d', /nor never/),
        word('400d', /is longer than 365d; never means without an end/),
      ],
      '--count': [word('0', /is not a whole number from 1 to 500/), word('501', /from 1 to 500/)],
      '--json': [{ words: ['=yes'], says: /--json takes no value/ }],
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
    },
    federation: {
      ...connection,
      '--json': [{ words: [], says: /--json has no meaning with a mode/ }],
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
      '--dry-run': [{ words: ['=yes'], says: /--dry-run takes no value/ }],
      ...outside,
    },
    room: {
      ...connection,
      '--to': [word('twelve point five', /is not a version of rooms such as 12/), nothing],
      '--as': [word('an na', /--as: "an na" is no name of an account/), word('', /is empty/), nothing],
      '--json': [{ words: ['=yes'], says: /--json takes no value/ }],
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
      '--dry-run': dryRun,
    },
    disk: {
      ...connection,
      '--purge-remote-media-older': [
        word('soon', /is not a number of days or weeks such as 30d or 2w/),
        word('0d', /is not a number of days/),
        word('9999w', /is not a number of days/),
        nothing,
      ],
      '--json': [{ words: ['=yes'], says: /--json takes no value/ }],
      '--yes': [{ words: [], says: /--yes has no meaning without --purge-remote-media-older/ }],
      '--dry-run': [{ words: [], says: /--dry-run has no meaning without --purge-remote-media-older/ }],
    },
    // block-room: a flag of another action has no effect.
    moderation: {
      ...connection,
      '--bot': [
        word('draupnir', /--bot has no meaning with block-room/),
        word('none', /is no bot: moderation disable takes one away/),
        nothing,
      ],
      '--json': [{ words: ['=yes'], says: /--json takes no value/ }],
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
      '--dry-run': dryRun,
    },
    uninstall: {
      ...connection,
      '--purge': [{ words: ['=no'], says: /--purge takes no value/ }],
      '--confirm': [
        word('example.org', /--confirm needs --purge/),
        { words: ['a..b', '--purge'], says: /--confirm/ },
      ],
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
      '--dry-run': dryRun,
    },
    unlock: {
      ...connection,
      '--yes': [{ words: ['=no'], says: /--yes takes no value/ }],
    },
    backup: {
      ...connection,
      '--dry-run': dryRun,
      '--to': [
        word('https://bucket/matrix', /is a URL, which this version cannot write to/),
        word('s3://B/matrix', /is no place in an object store such as s3:\/\/BUCKET\/PREFIX/),
        word('s3://bucket/../x', /is no place in an object store/),
        word('backups', /is not a place such as \/FOLDER or user@host:\/FOLDER/),
        word('/srv/../etc', /is not a place such as/),
        word('root:secret@nas:/srv', /does not name a machine before its colon/),
        word('root@nas:22:/srv', /has a port: name it in/),
        nothing,
      ],
      '--list': [
        { words: ['=yes'], says: /--list takes no value/ },
        { words: ['--keep', '3'], says: /--keep has no meaning with --list/ },
        { words: ['--schedule', 'daily'], says: /--list does not go with --schedule: give one of them/ },
      ],
      '--schedule': [word('hourly', /is not one of daily, weekly, never/), nothing],
      '--verify': [
        word(files.none, /--verify: .* cannot be read: no such file or directory/),
        word(files.folder, /--verify: .* is no file/),
        word('host:backup.tar', /is not host: with an absolute path after it/),
        { words: [files.text, '--to', '/srv'], says: /--to has no meaning with --verify/ },
        { words: [files.text, '--recipient', `age1${'q'.repeat(58)}`], says: /--recipient has no meaning/ },
      ],
      '--age-identity-file': [
        ...anySecret,
        word(files.text, /holds no secret key of age/),
        word(files.text, /--age-identity-file needs --verify/),
      ],
      '--s3-credentials-file': [
        { words: [files.text], says: /--s3-credentials-file has no meaning without s3:\/\// },
        { words: [files.text, '--to', 's3://bucket/x'], says: /does not hold aws_access_key_id/ },
        { words: [files.none, '--to', 's3://bucket/x'], says: /cannot be read: no such file/ },
      ],
      '--s3-endpoint': [
        word('ftp://s3.example.org', /is not an address such as https:/),
        { words: ['https://s3.example.org', '--to', 's3://bucket/x'], says: /needs --s3-credentials-file/ },
      ],
      '--s3-region': [
        word('eu central', /is not a region such as eu-central-1/),
        { words: ['eu-central-1', '--to', 's3://bucket/x'], says: /needs --s3-credentials-file/ },
      ],
      '--signing-key': [
        word('', /is not the path of a file/),
        { words: ['-', '--list'], says: /--list does not go with --signing-key: give one of them/ },
        { words: ['-', '--to', '/srv'], says: /--to has no meaning with --signing-key/ },
        { words: ['-', '--keep', '3'], says: /--keep has no meaning with --signing-key/ },
      ],
      '--keep': [word('0', /is not a whole number from 1 to 1000/), word('all', /from 1 to 1000/)],
      '--unencrypted': [
        { words: ['=yes'], says: /--unencrypted takes no value/ },
        { words: [], says: /--unencrypted has no meaning without s3:\/\// },
        { words: ['--to', 'me@nas:/srv'], says: /--unencrypted has no meaning without s3:\/\// },
        {
          words: ['--to', 's3://bucket/x', '--recipient', `age1${'q'.repeat(58)}`],
          says: /--unencrypted does not go with --recipient: give one of them/,
        },
        { words: ['--list'], says: /--unencrypted has no meaning with --list/ },
      ],
      '--recipient': [word('ssh-ed25519 AAAA', /is not a public key of age: age1 and 58 characters/)],
    },
  };
};
