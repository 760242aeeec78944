import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { marked, script } from '../../../src/apply/script.ts';
import { judgeContents, parseInspection } from '../../../src/backup/contents.ts';
import { runWith } from '../../support/fake-commands.ts';

const scripts = loadScripts();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let here: string;
let root: string;
let folder: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'backup-'));
  root = join(here, 'root');
  folder = join(here, 'backups');
  mkdirSync(join(root, 'synapse/keys'), { recursive: true });
  mkdirSync(join(root, 'synapse/data/media_store/local_content'), { recursive: true });
  mkdirSync(join(root, 'state/replaced'), { recursive: true });
  writeFileSync(join(root, 'synapse/keys/signing.key'), 'ed25519 a_test c2VjcmV0\n');
  writeFileSync(join(root, 'answers.yaml'), 'domain: example.org\n');
  writeFileSync(
    join(root, '.env'),
    'SYNAPSE_IMAGE=ghcr.io/synapse:v1@sha256:aa\nREDIS_IMAGE=redis@sha256:bb\n',
  );
  writeFileSync(join(root, 'state/replaced/old'), 'not needed');
});
afterEach(() => rmSync(here, { recursive: true }));

interface Postgres {
  /** Lines beside the dump: the counts of the database, and that pg_dump ended well. */
  readonly said?: readonly string[];
  /** What reading the dump back gives. */
  readonly read?: readonly string[];
}

const ROWS = ['MB-ROWS public.events 3', 'MB-ROWS public.users 2'];
const lines = (texts: readonly string[]) => texts.map((text) => `'${text}'`).join(' ');

/** Docker as the script calls it: psql dumps, pg_restore counts what it is given. */
const docker = ({ said = [...ROWS, 'MB-DUMPED'], read = [...ROWS, 'MB-READ'] }: Postgres) => `case "$*" in
  'ps '*) echo container ;;
  *pg_database_size*) echo 4096 ;;
  *' psql '*) printf 'PGDMP and so on'; printf '%s\\n' ${lines(said)} >&2 ;;
  *pg_restore*) cat >/dev/null; printf '%s\\n' ${lines(read)} ;;
  *) echo 'pg_dump (PostgreSQL) 17.5' ;;
esac`;

/** rclone as the scripts call it, on a folder in the place of the bucket. */
const rclone = () => `bucket=${'$'}{BUCKET:-${here}/bucket}
while [ "${'$'}{1#--}" != "$1" ]; do case $1 in --config | --contimeout) shift 2 ;; *) shift ;; esac; done
what=$1; shift
for last; do :; done
path() { printf '%s/%s' "$bucket" "${'$'}{1#bastion:bucket}"; }
case $what in
  rcat) cat >"$(path "$last")" ;;
  cat) cat "$(path "$last")" ;;
  deletefile) rm "$(path "$last")" ;;
  moveto) mv "$(path "$1")" "$(path "$2")" ;;
  lsf) case "$*" in *'--format s '*) wc -c <"$(path "$last")" ;; *) [ -d "$(path "$last")" ] && ls -1 "$(path "$last")" ;; esac ;;
esac`;

interface More {
  readonly keep?: number;
  readonly commands?: Record<string, string>;
  readonly place?: 'backup-s3.sh';
  readonly media?: string;
}

const backUp = (postgres: Postgres = {}, more: More = {}) =>
  runWith(
    { docker: docker(postgres), ...(more.place && { rclone: rclone() }), ...more.commands },
    [
      script({ scripts }, more.place ?? 'backup-folder.sh', {
        server_name: 'example.org',
        made_by: 'matrix-bastion 1',
        root,
        folder: more.place === undefined ? folder : 'bucket/matrix',
        remote: more.place === undefined ? '' : 's3',
        s3_config: join(here, 'rclone.conf'),
        recipient: '',
        keep: more.keep ?? 7,
        memory: join(here, 'memory'),
        media: more.media ?? 'local_content local_thumbnails',
        record_as: 'backup',
      }),
      script({ scripts }, 'postgres-client.sh', { database: 'here', image: 'postgres', root }),
      script({ scripts }, 'dump-database.sh'),
      script({ scripts }, 'backup.sh'),
    ].join('\n'),
  );

const OLD = ['example.org-2020-01-01T000000Z.tar', 'example.org-2020-01-02T000000Z.tar'];
const putOld = () => {
  mkdirSync(folder);
  for (const name of [...OLD, 'notes.tar', 'other.org-2020-01-01T000000Z.tar'])
    writeFileSync(join(folder, name), 'x');
};

const made = ({ stdout }: { readonly stdout: string }) =>
  JSON.parse(marked(stdout, 'MB-BACKUP') ?? '{}') as Record<string, unknown> & { file: string };
const contents = async (file: string, ...members: string[]): Promise<Buffer> =>
  Buffer.from(
    (
      await execa('tar', ['-xOf', file, '--wildcards', ...members], {
        encoding: 'buffer',
        stripFinalNewline: false,
      })
    ).stdout,
  );

const inspect = async (file: string) => {
  const run = await runWith(
    {},
    [
      script({ scripts }, 'read-backup.sh', { file, identity: join(here, 'no-identity') }),
      script({ scripts }, 'inspect-backup.sh', { root }),
    ].join('\n'),
  );
  return judgeContents(parseInspection(run.stdout), file);
};

describe('inspect-backup.sh', () => {
  it('finds a backup whole, and none that was cut off anywhere or changed', async () => {
    writeFileSync(
      join(root, 'synapse/data/media_store/local_content/picture'),
      Buffer.alloc(70_000, 'picture'),
    );
    const { file } = made(await backUp());
    const whole = readFileSync(file);
    expect(await inspect(file)).toMatchObject({
      contents: {
        sealed: false,
        bytes: whole.length,
        sha256: sha256(whole),
        answers: 'domain: example.org\n',
        manifest: { serverName: 'example.org', databaseBytes: 4096 },
        proof: { rows: { 'public.events': 3 } },
      },
    });
    const other = join(here, 'other.tar');
    for (const share of [0, 0.2, 0.5, 0.9]) {
      writeFileSync(other, whole.subarray(0, whole.length * share));
      expect(await inspect(other), `cut at ${share}`).toMatchObject({
        problem: { code: 'MB-BACKUP-DAMAGED' },
      });
    }
    const changed = Buffer.from(whole);
    changed.write('X', whole.indexOf('picture'.repeat(9)));
    writeFileSync(other, changed);
    expect(await inspect(other)).toMatchObject({
      problem: { why: 'The part media.tar is not what was written.' },
    });
  });
});

/** What `--verify` and a restore do with the media of a backup; the database is another matter. */
const withMedia = (
  name: 'verify-backup.sh' | 'restore-data.sh',
  file: string,
  variables: Record<string, string>,
) => {
  const me = `${process.getuid?.()}:${process.getgid?.()}`;
  return runWith(
    { docker: 'exit 0' },
    [
      `owner=${me}`,
      'load_cluster() { mkdir "$1" && echo "public.events 3" >"$work/rows.found"; }',
      script({ scripts }, 'read-backup.sh', { file, identity: join(here, 'no-identity') }),
      script({ scripts }, name, { root, media_owner: me, ...variables }),
    ].join('\n'),
  );
};

/** A backup with one file of media, whose list says that it was another one. */
const withOtherList = async (file: string): Promise<string> => {
  const folder = join(here, 'opened');
  mkdirSync(folder);
  await execa('tar', ['-C', folder, '-xf', file]);
  writeFileSync(join(folder, 'media.list/000000'), `${'0'.repeat(64)}  local_content/one\n`);
  const other = join(here, 'other.tar');
  const members = (await execa('tar', ['-tf', file])).stdout.split('\n');
  await execa('tar', ['-C', folder, '-cf', other, ...members]);
  return other;
};

describe('the media of a backup', () => {
  let file = '';
  beforeEach(async () => {
    writeFileSync(join(root, 'synapse/data/media_store/local_content/one'), 'what somebody sent');
    ({ file } = made(await backUp()));
  });
  const key_sum = () => sha256(readFileSync(join(root, 'synapse/keys/signing.key')));

  it('are compared one by one with what they were', async () => {
    const variables = { folder: join(here, 'scratch'), key_sum: key_sum() };
    const run = await withMedia('verify-backup.sh', file, variables);
    expect(marked(run.stdout, 'MB-VERIFIED'), run.stdout + run.stderr).toBe('1 1 1');
    const other = await withMedia('verify-backup.sh', await withOtherList(file), variables);
    expect(marked(other.stdout, 'MB-VERIFY-FAILED')).toBe(
      'a file of media is not what it was: local_content/one',
    );
  });

  it('are compared again when they are in place', async () => {
    const home = join(here, 'home');
    mkdirSync(join(home, 'cluster'), { recursive: true });
    writeFileSync(join(home, 'cluster/PG_VERSION'), '17\n');
    const place = join(root, 'synapse/data/media_store/local_content/one');
    writeFileSync(place, 'lost');
    const run = await withMedia('restore-data.sh', file, { home, sum: sha256(readFileSync(file)) });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(readFileSync(place, 'utf8')).toBe('what somebody sent');
    const other = await withOtherList(file);
    const failed = await withMedia('restore-data.sh', other, { home, sum: sha256(readFileSync(other)) });
    expect(marked(failed.stdout, 'MB-RESTORE-FAILED')).toMatch(
      /a file of media is not what it was: local_content\/one/,
    );
  });
});

describe('backup.sh', () => {
  it('makes one file for root alone, which says what is in it and ends with its proof', async () => {
    const media = Buffer.alloc(40 * 1024 * 1024, 'media');
    writeFileSync(join(root, 'synapse/data/media_store/local_content/big'), media);
    const run = await backUp();
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const { file, ...record } = made(run);
    expect(record).toMatchObject({
      rows: 5,
      remote: '',
      encrypted: false,
      sha256: sha256(readFileSync(file)),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const { stdout: list } = await execa('tar', ['-tf', file]);
    const members = list.split('\n');
    expect(members.slice(0, 2)).toEqual(['manifest.json', 'answers.yaml']);
    expect(members.at(-1)).toBe('proof.json');
    expect(members.filter((name) => name.startsWith('media.tar/'))).toHaveLength(3);

    expect(JSON.parse((await contents(file, 'manifest.json')).toString())).toMatchObject({
      format: 1,
      serverName: 'example.org',
      madeBy: 'matrix-bastion 1',
      images: { synapse: 'ghcr.io/synapse:v1@sha256:aa', redis: 'redis@sha256:bb' },
      postgres: '17.5',
      signingKeySha256: sha256(Buffer.from('ed25519 a_test c2VjcmV0\n')),
    });
    const proof = JSON.parse((await contents(file, 'proof.json')).toString());
    expect(proof.rows).toEqual({ 'public.events': 3, 'public.users': 2 });
    expect((await contents(file, 'media.list/*')).toString()).toBe(`${sha256(media)}  local_content/big\n`);
    for (const part of ['database.dump', 'files.tar', 'media.tar', 'media.list'])
      expect(proof.sha256[part], part).toBe(sha256(await contents(file, `${part}/*`)));
    const unpacked = join(here, 'unpacked.tar');
    writeFileSync(unpacked, await contents(file, 'media.tar/*'));
    expect((await contents(unpacked, 'local_content/big')).equals(media)).toBe(true);
    writeFileSync(unpacked, await contents(file, 'files.tar/*'));
    const { stdout: packed } = await execa('tar', ['-tf', unpacked]);
    expect(packed.split('\n')).toContain('synapse/keys/signing.key');
    expect(packed).not.toContain('state/replaced');
    // Nothing stays in memory.
    expect(readdirSync(join(here, 'memory'))).toEqual(['backup.guard']);
  });

  it('without media says which there were, by size', async () => {
    writeFileSync(join(root, 'synapse/data/media_store/local_content/one'), '12345');
    const { file } = made(await backUp({}, { media: '' }));
    expect((await contents(file, 'media.list/*')).toString()).toBe('5  local_content/one\n');
    expect(JSON.parse((await contents(file, 'manifest.json')).toString())).toMatchObject({ media: 'none' });
    expect(await inspect(file)).toHaveProperty('contents');
  });

  it('removes what is outdated once the new one is there, and nothing else', async () => {
    putOld();
    const run = await backUp({}, { keep: 2 });
    const left = readdirSync(folder).sort();
    expect(left).toHaveLength(4);
    expect(left).not.toContain(OLD[0]);
    expect(left).toEqual(
      expect.arrayContaining(['notes.tar', 'other.org-2020-01-01T000000Z.tar', OLD[1] as string]),
    );
    expect(left.some((name) => made(run).file.endsWith(name))).toBe(true);
  });

  const CAT_ON_A_FULL_DISK = `case $(readlink /proc/$$/fd/1) in
    *.partial) head -c 100 >/dev/null; echo half; echo 'cat: write error: No space left on device' >&2; exit 1 ;;
  esac
  exec /bin/cat "$@"`;

  it.each([
    ['a dump that was cut off', { said: ROWS }, {}, /^database the dump broke off, as when Postgres/],
    [
      'a Postgres that was killed',
      { said: ['server closed the connection unexpectedly'] },
      {},
      /^database server closed the connection unexpectedly$/,
    ],
    [
      'a dump that cannot be read to its end',
      { read: ROWS.slice(0, 1) },
      {},
      /^database pg_restore cannot read/,
    ],
    [
      'a dump that lacks rows',
      { read: ['MB-ROWS public.events 2', ROWS[1] as string, 'MB-READ'] },
      {},
      /^database the dump does not hold what the database held, for example public\.events/,
    ],
    ['a full disk', {}, { cat: CAT_ON_A_FULL_DISK }, /^folder cat: write error: No space left on device$/],
  ])('%s leaves the earlier ones, no half one, and a record', async (_name, postgres, commands, why) => {
    putOld();
    const before = readdirSync(folder).sort();
    const run = await backUp(postgres, { keep: 1, commands });
    expect(run.code).toBe(1);
    expect(marked(run.stdout, 'MB-BACKUP-FAILED')).toMatch(why);
    expect(marked(run.stdout, 'MB-BACKUP')).toBeUndefined();
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(JSON.parse(readFileSync(join(root, 'state/backup.failed'), 'utf8')).why).not.toBe('');
    expect(readdirSync(join(here, 'memory'))).toEqual(['backup.guard']);
  });

  it('takes away what a killed one left, and its record of failure', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'example.org-2020-01-01T000000Z.tar.partial'), 'half');
    // Somebody else's, who may be writing it right now.
    writeFileSync(join(folder, 'other.org-2020-01-01T000000Z.tar.partial'), 'half');
    writeFileSync(join(root, 'state/backup.failed'), '{}');
    const run = await backUp();
    expect(run.code).toBe(0);
    const left = readdirSync(folder);
    expect(left).toHaveLength(2);
    expect(left).toContain('other.org-2020-01-01T000000Z.tar.partial');
    expect(readdirSync(join(root, 'state')).sort()).toEqual(['backup.last', 'replaced']);
  });

  it('is one at a time', async () => {
    mkdirSync(join(here, 'memory'));
    const lock = ['--no-fork', join(here, 'memory/backup.guard'), 'sleep', '15'];
    const other = execa('flock', lock, { stdio: 'ignore', reject: false });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const run = await backUp();
    other.kill();
    await other;
    expect(run.code).toBe(75);
    expect(marked(run.stdout, 'MB-BACKUP-FAILED')).toMatch(/^running /);
  });
});

describe('backup.sh into an object store', () => {
  const place = 'backup-s3.sh' as const;
  const bucket = () => join(here, 'bucket/matrix');
  beforeEach(() => {
    mkdirSync(bucket(), { recursive: true });
    for (const name of [...OLD, 'notes.tar', 'other.org-2020-01-01T000000Z.tar'])
      writeFileSync(join(bucket(), name), 'x');
  });

  it('is read back, renamed there, and takes old ones of this server away', async () => {
    const run = await backUp({}, { place, keep: 2 });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const { file, ...record } = made(run);
    expect(file).toMatch(/^s3:\/\/bucket\/matrix\/example\.org-[\dTZ-]+\.tar$/);
    const name = file.slice('s3://bucket/matrix/'.length);
    const bytes = readFileSync(join(bucket(), name));
    expect(record).toMatchObject({ remote: 's3', bytes: bytes.length, sha256: sha256(bytes), rows: 5 });
    expect(await inspect(join(bucket(), name))).toHaveProperty('contents');
    expect(readdirSync(bucket()).sort()).toEqual(
      [OLD[1], name, 'notes.tar', 'other.org-2020-01-01T000000Z.tar'].sort(),
    );
    expect(
      run.calls.filter((call) => call.startsWith('rclone ')).every((call) => call.includes('--config')),
    ).toBe(true);
  });

  it.each([
    ['a dump that was cut off', { said: ROWS }, {}],
    ['an upload that comes out short', {}, { short: true }],
    [
      'a store that refuses the upload',
      {},
      { rclone: 'case "$*" in *rcat*) echo "AccessDenied: no" >&2; exit 1 ;; esac' },
    ],
  ] as const)('%s never counts, and nothing goes', async (_what, postgres, commands) => {
    const before = readdirSync(bucket()).sort();
    const short = { rclone: rclone().replace('rcat) cat', 'rcat) head -c 2000') };
    const run = await backUp(postgres, { place, keep: 1, commands: 'short' in commands ? short : commands });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('MB-BACKUP-FAILED');
    expect(readdirSync(bucket()).sort()).toEqual(before);
  });
});
