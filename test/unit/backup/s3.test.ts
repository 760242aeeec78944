import { describe, expect, it } from 'vitest';
import { fileText, placeText, readDestination, readS3Path } from '../../../src/backup/destination.ts';
import { planBackup, planRows } from '../../../src/backup/plan.ts';
import { rcloneConfig, readS3Credentials } from '../../../src/backup/s3.ts';
import { parseBackupFacts } from '../../../src/backup/seen.ts';
import { installed } from '../../support/installed.ts';

describe('a place in an object store', () => {
  it.each([
    ['s3://bucket', 'bucket'],
    ['s3://my.bucket-1/matrix/example.org/', 'my.bucket-1/matrix/example.org'],
  ])('%s', (text, folder) => {
    expect(readDestination(text)).toEqual({ value: { folder, store: 's3' } });
    expect(placeText({ folder, store: 's3' }, 'vps')).toBe(`s3://${folder}`);
  });
  it.each(['s3://', 's3://b', 's3://Bucket/x', 's3://bucket/../x', 's3://bucket//x', 's3://bucket/$(id)'])(
    'not %s',
    (text) => {
      expect(readDestination(text)).toEqual({ problem: expect.stringContaining('s3://BUCKET/PREFIX') });
      expect(readS3Path(text)).toBeUndefined();
    },
  );
  it('is named without a machine', () => {
    expect(fileText({ file: 's3://bucket/x.tar', remote: 's3' }, 'vps')).toBe('s3://bucket/x.tar');
    expect(fileText({ file: '/srv/x.tar', remote: 'root@nas' }, 'vps')).toBe('/srv/x.tar on root@nas');
    expect(fileText({ file: '/srv/x.tar', remote: '' }, 'vps')).toBe('/srv/x.tar on vps');
  });
});

describe('the keys of an object store', () => {
  it('come in the form of ~/.aws/credentials', () => {
    const text = '[default]\naws_access_key_id = AKIA123\naws_secret_access_key=abc/DEF+1\n';
    expect(readS3Credentials(text)).toEqual({ value: { accessKey: 'AKIA123', secretKey: 'abc/DEF+1' } });
  });
  it.each([
    '',
    'aws_access_key_id = AKIA123',
    'AKIA123:secret',
    'aws_access_key_id = a\naws_secret_access_key = b"c"d',
  ])('not as %j, which is not repeated', (text) => {
    const read = readS3Credentials(text);
    expect(read).toHaveProperty('problem');
    expect(JSON.stringify(read)).not.toContain('AKIA123');
  });
  it('become the configuration of one remote', () => {
    const access = { accessKey: 'AKIA', secretKey: 'secret' };
    expect(rcloneConfig(access)).toContain('[bastion]\ntype = s3\nprovider = AWS\n');
    const other = rcloneConfig({ ...access, endpoint: 'https://s3.example.org', region: 'eu' });
    expect(other).toContain('provider = Other\n');
    expect(other).toContain('endpoint = https://s3.example.org\nregion = eu\n');
  });
});

describe('the plan of a backup in an object store', () => {
  const { host } = installed();
  const bare = { destination: { folder: 'bucket/matrix', store: 's3' as const }, keep: 2 };
  const request = { ...bare, unencrypted: true };
  const seen = (...lines: string[]) =>
    parseBackupFacts(['TABLES 4096', 'MEDIA 0', 'FOLDER reached', 'UNLIMITED yes', ...lines].join('\n'));

  it('says what is installed, and no room', () => {
    const planned = planBackup({ ...request, withKeys: true }, host, seen('RCLONE missing'), 'root@vps');
    if ('problem' in planned) throw new Error(planned.problem.what);
    expect(planned.plan.installs).toEqual(['rclone']);
    const rows = planRows(planned.plan);
    expect(rows.find(({ name }) => name === 'Goes to')?.value).toBe('s3://bucket/matrix');
    expect(rows.find(({ name }) => name === 'Size')?.value).not.toContain('free');
  });
  it('is for a recipient, or somebody says that it need not be', () => {
    const refused = planBackup(bare, host, seen(), 'root@vps');
    if ('plan' in refused) throw new Error('it goes there for everybody');
    expect(refused.problem.code).toBe('MB-BACKUP-UNENCRYPTED');
    expect(refused.problem.fix?.join('\n')).toMatch(/age-keygen[\s\S]*--recipient age1…[\s\S]*--unencrypted/);
    const recipient = `age1${'q'.repeat(58)}`;
    expect(planBackup({ ...bare, recipient }, host, seen('AGE installed'), 'root@vps')).toHaveProperty(
      'plan',
    );
    const open = planBackup(request, host, seen(), 'root@vps');
    if ('problem' in open) throw new Error(open.problem.what);
    expect(planRows(open.plan).find(({ name }) => name === 'Encrypted')?.value).toContain('reads the bucket');
  });
  it.each([[{ folder: '/srv' }], [{ folder: '/srv', remote: 'me@nas' }]])(
    'nobody is asked for that in %j, which somebody of theirs keeps',
    (destination) => {
      expect(planBackup({ destination, keep: 2 }, host, seen(), 'root@vps')).toHaveProperty('plan');
    },
  );
  it('needs keys, once', () => {
    expect(planBackup(request, host, seen('S3CONFIG missing'), 'root@vps')).toMatchObject({
      problem: { code: 'MB-BACKUP-S3', what: expect.stringContaining('no keys for s3://bucket/matrix') },
    });
    expect(planBackup(request, host, seen(), 'root@vps')).toHaveProperty('plan');
  });
  it('says what the store said when it cannot be looked into', () => {
    const facts = parseBackupFacts('TABLES 4096\nFOLDER AccessDenied: no\nUNLIMITED yes');
    expect(planBackup(request, host, facts, 'root@vps')).toMatchObject({
      problem: { code: 'MB-BACKUP-S3', why: 'AccessDenied: no' },
    });
  });
  it('takes away the oldest of what it finds there', () => {
    const name = (day: number) => `example.org-2026-01-0${day}T030000Z.tar`;
    const planned = planBackup(
      request,
      host,
      seen(...[1, 2, 3].map((day) => `FILE 10 ${name(day)}`)),
      'root@vps',
    );
    expect(planned).toMatchObject({ plan: { removes: [name(2), name(1)] } });
  });
});
