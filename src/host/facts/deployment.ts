import type { HandEdits } from '../../edits/hand-edits.ts';
import { type Fact, lines } from './fact.ts';

export interface FileFact {
  readonly type: 'file' | 'directory' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** SHA-256 in hex; absent for folders and for secrets and keys, which are never hashed. */
  readonly sha256?: string;
}

/**
 * Everything below our root but the services' data, with owner, mode and hash. Real files are hashed
 * (not a manifest), so a hand edit is seen.
 */
export const files: Fact<Readonly<Record<string, FileFact>>> = {
  name: 'files',
  script: `[ ! -L /opt/matrix-bastion ] && cd /opt/matrix-bastion 2>/dev/null || {
  find /opt/matrix-bastion -maxdepth 0 -printf 'f %y %m %U %G %s %p\\n' 2>/dev/null
  exit 0
}
find /opt/matrix-bastion \\( -path /opt/matrix-bastion/synapse/data/\\* -o -path /opt/matrix-bastion/postgres/data/\\*/\\* -o -path /opt/matrix-bastion/redis/data/\\* -o -path /opt/matrix-bastion/caddy/data/\\* -o -path /opt/matrix-bastion/draupnir/data/\\* -o -path /opt/matrix-bastion/mjolnir/data/\\* \\) -prune -o -printf 'f %y %m %U %G %s %p\\n'
find /opt/matrix-bastion \\( -path /opt/matrix-bastion/\\*/data -o -path /opt/matrix-bastion/secrets -o -path /opt/matrix-bastion/synapse/keys \\) -prune -o -type f -exec sha256sum -- {} +
true`,
  parse(output) {
    const found: Record<string, FileFact> = {};
    const hashes = new Map<string, string>();
    for (const line of lines(output)) {
      const file = /^f (\S) (\d+) (\d+) (\d+) (\d+) (.*)$/.exec(line);
      if (file) {
        const [, type, mode, uid, gid, size, path] = file as unknown as string[];
        found[path as string] = {
          type: type === 'f' ? 'file' : type === 'd' ? 'directory' : 'other',
          mode: Number.parseInt(mode as string, 8),
          uid: Number(uid),
          gid: Number(gid),
          size: Number(size),
        };
        continue;
      }
      const hash = /^\\?([0-9a-f]{64}) {2}(.*)$/.exec(line);
      if (hash) hashes.set(hash[2] as string, hash[1] as string);
    }
    for (const [path, sha256] of hashes) {
      const file = found[path];
      if (file) found[path] = { ...file, sha256 };
    }
    return found;
  },
};

/**
 * Files that differ from what we last wrote, with both texts. A file that equals what an interrupted run was about to
 * write is no hand edit. Longer ones than half a MiB are not ours any more: they count as they are hashed.
 */
export const handEdits: Fact<HandEdits> = {
  name: 'handEdits',
  script: `cd /opt/matrix-bastion/state/written 2>/dev/null || exit 0
find . -type f | while IFS= read -r copy; do
  file=/opt/matrix-bastion/\${copy#./}
  [ -f "$file" ] && [ ! -L "$file" ] || continue
  cmp -s "$copy" "$file" && continue
  cmp -s "../writing/$copy" "$file" && continue
  [ "$(stat -c %s "$file")" -le 524288 ] || continue
  echo "$(base64 -w 0 "$copy") $(base64 -w 0 "$file") $file"
done`,
  parse(output) {
    const text = (encoded = '') => Buffer.from(encoded, 'base64').toString('utf8');
    return Object.fromEntries(
      lines(output).map((line) => {
        const [, base, edited, path = ''] = /^(\S*) (\S*) (.*)$/.exec(line) ?? [];
        return [path, { base: text(base), edited: text(edited) }];
      }),
    );
  },
};

/** The text of a file below our root that is ours to read back, or empty. */
const text = (name: string, path: string): Fact<string> => ({
  name,
  script: `cat ${path} 2>/dev/null || true`,
  parse: (output) => output,
});

/** Stored answers of this deployment (an answers file, no secrets). */
export const storedAnswers = text('storedAnswers', '/opt/matrix-bastion/answers.yaml');
/** `yes` when we publish the well-known files on the domain itself: found out once, kept when the DNS does not tell. */
export const domainHere = text('domainHere', '/opt/matrix-bastion/state/domain-here');
/** Image digests locked at first pull. */
export const imageLock = text('imageLock', '/opt/matrix-bastion/.env');
/** `SYSTEM_IDENTIFIER MAJOR` of the database, recorded when it first answered. */
export const databaseBorn = text('databaseBorn', '/opt/matrix-bastion/state/database.born');
/** Major version of the database that lies on the disk, whether it runs or not; empty when there is none. */
export const databaseOnDisk = text('databaseOnDisk', '/opt/matrix-bastion/postgres/data/cluster/PG_VERSION');
/** A database that is kept beside the one in use: from before a move to another Postgres, or taken out of use since. */
export interface KeptDatabase {
  readonly path: string;
  /** Of Postgres; empty when it does not say. */
  readonly major: string;
  readonly bytes: number;
}

export const keptDatabases: Fact<readonly KeptDatabase[]> = {
  name: 'keptDatabases',
  script: `for folder in /opt/matrix-bastion/postgres/data/cluster.*; do
  [ -d "$folder" ] && [ ! -L "$folder" ] || continue
  echo "$(du -s -B 1 "$folder" 2>/dev/null | cut -f 1) $(cat "$folder/PG_VERSION" 2>/dev/null || echo -) $folder"
done
true`,
  parse: (output) =>
    lines(output).flatMap((line) => {
      const [, bytes, major = '', path] = /^(\d+) (\S+) (.+)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ path, major: major === '-' ? '' : major, bytes: Number(bytes) }];
    }),
};
/** Of data that its service could not read or write: paths whose owner is another, the first few of each kind. */
export interface ForeignOwner {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
}

/** Nothing is walked through: a copy by hand shows at the top. What mkfs leaves in every file system is no fault. */
export const foreignOwners: Fact<readonly ForeignOwner[]> = {
  name: 'foreignOwners',
  script: `look() { find "$1" -maxdepth "$3" ! -uid "$2" ! -name lost+found -printf '%U %G %p\\n' 2>/dev/null | head -n 3; }
look /opt/matrix-bastion/postgres/data/cluster 999 1
look /opt/matrix-bastion/synapse/data/media_store 991 2
true`,
  parse: (output) =>
    lines(output).flatMap((line) => {
      const [, uid, gid, path] = /^(\d+) (\d+) (.+)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ path, uid: Number(uid), gid: Number(gid) }];
    }),
};
/** Domain whose database this machine holds; empty on every other machine. */
export const databaseOf = text('databaseOf', '/opt/matrix-bastion/state/database.of');
/** PEM of the authority that signed the database's certificate, on the database's own machine. */
export const databaseAuthority = text('databaseAuthority', '/opt/matrix-bastion/postgres/tls/ca.crt');
/** PEM of that certificate. */
export const databaseCertificate = text('databaseCertificate', '/opt/matrix-bastion/postgres/tls/server.crt');
/** `pending SHA256 FILE` while a backup is being restored, then `done SHA256 FILE`. */
export const restoreMark = text('restoreMark', '/opt/matrix-bastion/state/restore');
/** How the last upgrade went; see releases/record.ts. */
export const upgradeRecord = text('upgradeRecord', '/opt/matrix-bastion/state/upgrade/record');
/** Image digests of a release that is pulled and not in place yet. */
export const nextImages = text('nextImages', '/opt/matrix-bastion/state/upgrade/next/.env');
/** MiB of RAM and GiB of disk that the running plan was made for. */
export const plannedBox = text('plannedBox', '/opt/matrix-bastion/state/box');

/** Lines `SERVICE SECONDS TIME`: for how long services were down when they were last started anew. */
export const downtime = text('downtime', '/opt/matrix-bastion/state/downtime');

/** Digest of the Caddyfile that Caddy serves right now, as it says itself. */
export const loadedCaddyfile: Fact<string> = {
  name: 'loadedCaddyfile',
  script: `timeout 15 docker exec matrix-bastion-caddy-1 wget -q -T 5 -O - http://127.0.0.1:8080/loaded 2>/dev/null || true`,
  parse: (output) => output.trim(),
};
/** Hash over homeserver.yaml and conf.d that Synapse's own validation last accepted. */
export const validatedConfig = text('validatedConfig', '/opt/matrix-bastion/state/homeserver.validated');
/** Names for which the federation was seen to be green from outside and from the machine itself. */
export const federationProved = text('federationProved', '/opt/matrix-bastion/state/federation.proved');
/** `pending USER_ID` from before an administrator is made until the login is proved. */
export const adminMark = text('adminMark', '/opt/matrix-bastion/state/admin.mark');

/** `made BOT for MANAGER`, or `pending BOT` from before a moderation bot's account is made until its room is there. */
export const moderationMark = text('moderationMark', '/opt/matrix-bastion/state/moderation.mark');

/**
 * Moderation bots whose token Synapse does not take any more: their devices were logged out, or the account locked or
 * deactivated. The token travels over standard input only; without an answer none counts.
 */
export const refusedBots: Fact<readonly string[]> = {
  name: 'refusedBots',
  script: `for bot in draupnir mjolnir; do
  file=/opt/matrix-bastion/secrets/$bot/access_token
  [ -s "$file" ] || continue
  status=$(printf 'header = "Authorization: Bearer %s"\\nheader = "X-Forwarded-For: 127.0.0.1"\\n' "$(head -n 1 "$file")" |
    timeout 15 docker exec -i matrix-bastion-synapse-1 curl -s -m 10 -o /dev/null -w '%{http_code}' -K - http://127.0.0.1:8008/_matrix/client/v3/account/whoami 2>/dev/null)
  [ "$status" != 401 ] || echo "$bot"
done
true`,
  parse: lines,
};

export interface DatabaseFact {
  /** Whether Postgres answered a query. */
  readonly answers: boolean;
  readonly serverVersion: string;
  /** Made by initdb, never changed: tells one database from another. */
  readonly systemIdentifier: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  /** Whether the role's password is the one in its file; only asked when Postgres answers. */
  readonly passwordAgrees: boolean;
  /** Full user ids of administrators. */
  readonly admins: readonly string[];
  /** Form of Synapse's tables (SCHEMA_VERSION of the Synapse that last changed them); undefined when it does not tell. */
  readonly schema: number | undefined;
  /** The least SCHEMA_VERSION of a Synapse that can run on it. */
  readonly compat: number | undefined;
  /** Background updates of Synapse that are not done yet. */
  readonly backgroundUpdates: number;
}

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/**
 * Asked over the container's own socket, where pg_hba trusts the local user: no password is needed. The last
 * question goes over TCP, as Synapse does it: the health check would need half a minute to notice.
 */
export const database: Fact<DatabaseFact> = {
  name: 'database',
  script: `questions=$(cat <<'SCRIPT'
psql -X -A -t -q -U synapse -d synapse <<'SQL'
select 'version ' || current_setting('server_version');
select 'system ' || system_identifier from pg_control_system();
select 'encoding ' || pg_encoding_to_char(encoding), 'collate ' || datcollate, 'ctype ' || datctype from pg_database where datname = 'synapse';
select 'admin ' || name from users where admin = 1 and deactivated = 0 order by name limit 100;
select 'schema ' || version from schema_version;
select 'compat ' || compat_version from schema_compat_version;
select 'background ' || count(*) from background_updates;
SQL
PGPASSFILE=/secrets/pgpass psql -X -A -t -q -w -h "\${LISTEN_ADDRESS:-127.0.0.1}" -U synapse -d synapse -c "select 'password agrees'"
# Whatever came of the questions: only a container that is not there is asked for again.
true
SCRIPT
)
ask() { printf '%s\\n' "$questions" | timeout 15 docker exec -i "$1" sh 2>/dev/null; }
# By the name that Compose gives it; only where that is not there, by its labels.
ask matrix-bastion-postgres-1 || {
  id=$(timeout 15 docker ps -q --filter label=com.docker.compose.project=matrix-bastion --filter label=com.docker.compose.service=postgres 2>/dev/null)
  [ -z "$id" ] || ask "$id"
}
true`,
  parse(output) {
    const values = output.split(/[\n|]/);
    const of = (key: string) =>
      values.filter((value) => value.startsWith(`${key} `)).map((value) => value.slice(key.length + 1));
    return {
      answers: of('version').length > 0,
      serverVersion: of('version')[0] ?? '',
      systemIdentifier: of('system')[0] ?? '',
      encoding: of('encoding')[0] ?? '',
      collate: of('collate')[0] ?? '',
      ctype: of('ctype')[0] ?? '',
      passwordAgrees: of('password')[0] === 'agrees',
      admins: of('admin'),
      schema: number(of('schema')[0]),
      compat: number(of('compat')[0]),
      backgroundUpdates: number(of('background')[0]) ?? 0,
    };
  },
};
