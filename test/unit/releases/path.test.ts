import { describe, expect, it } from 'vitest';
import { upgradePath } from '../../../src/releases/path.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import { SYNAPSE_VERSIONS, type SynapseVersion } from '../../../src/releases/synapse.ts';

const version = (name: string, more: Partial<SynapseVersion> = {}): SynapseVersion => ({
  version: name,
  image: `registry.example/synapse:v${name}`,
  schema: 10,
  compat: 8,
  minimumPostgres: 14,
  changes: [],
  ...more,
});
const change = (id: string, acknowledge: boolean) => ({
  id,
  what: 'Something changed.',
  act: 'Know it.',
  acknowledge,
  source: 'upgrade.md',
});
const request = (from: string, to: string) => ({ from, to, accepted: [] as string[] });

describe('the table of versions', () => {
  it('holds what this package installs as its newest', () => {
    expect(SYNAPSE_VERSIONS.at(-1)?.version).toBe(RELEASE.synapse);
    expect(RELEASE.images.synapse).toBe(`ghcr.io/element-hq/synapse:v${RELEASE.synapse}`);
  });

  it('is in order, without doubles, each by its own tag', () => {
    const numbers = SYNAPSE_VERSIONS.map((one) => one.version.split('.').map(Number));
    const sorted = numbers.toSorted(
      ([a = 0, b = 0, c = 0], [d = 0, e = 0, f = 0]) => a - d || b - e || c - f,
    );
    expect(numbers).toEqual(sorted);
    expect(new Set(numbers.map(String)).size).toBe(numbers.length);
    for (const one of SYNAPSE_VERSIONS) expect(one.image.endsWith(`:v${one.version}`)).toBe(true);
  });

  it('has a schema that never falls, and ids that are used once', () => {
    SYNAPSE_VERSIONS.slice(1).forEach((one, index) => {
      expect(one.schema).toBeGreaterThanOrEqual(SYNAPSE_VERSIONS[index]?.schema as number);
      expect(one.compat).toBeGreaterThanOrEqual(SYNAPSE_VERSIONS[index]?.compat as number);
    });
    const ids = SYNAPSE_VERSIONS.flatMap(({ changes }) => changes.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  it('allows 1.160.0 to 1.163.2, once the new room version is acknowledged', () => {
    const asked = upgradePath(request('1.160.0', '1.163.2'));
    expect(asked).toMatchObject({ kind: 'unacknowledged', changes: [{ id: 'room-version-12' }] });
    const path = upgradePath({ ...request('1.160.0', '1.163.2'), accepted: ['room-version-12'] });
    expect(path).toMatchObject({ kind: 'upgrade', reversible: true });
    expect(path.kind === 'upgrade' && path.changes.map(({ id }) => id)).toEqual([
      'livekit-service-url',
      'room-version-12',
      'profile-rate-limit',
      'profile-requests-auth',
    ]);
  });

  it('asks nothing about what an earlier upgrade brought', () => {
    expect(upgradePath(request('1.162.0', '1.163.2'))).toMatchObject({
      kind: 'upgrade',
      changes: [{ id: 'profile-requests-auth' }],
    });
    expect(upgradePath(request('1.163.0', '1.163.2'))).toEqual({
      kind: 'upgrade',
      changes: [],
      reversible: true,
    });
  });
});

describe('upgradePath', () => {
  it('knows when there is nothing to do, whatever else is known', () => {
    expect(upgradePath(request('2.0.0', '2.0.0'), [])).toEqual({ kind: 'same' });
  });

  it('compares numbers, not texts', () => {
    const known = [version('1.9.0'), version('1.10.0')];
    expect(upgradePath(request('1.9.0', '1.10.0'), known).kind).toBe('upgrade');
    expect(upgradePath(request('1.10.0', '1.9.0'), known).kind).toBe('downgrade');
  });

  it('tells a downgrade inside the window from one outside', () => {
    const known = [
      version('1.0.0'),
      version('1.1.0', { schema: 11 }),
      version('1.2.0', { schema: 12, compat: 11 }),
    ];
    expect(upgradePath(request('1.1.0', '1.0.0'), known)).toEqual({ kind: 'downgrade', inWindow: true });
    expect(upgradePath(request('1.2.0', '1.1.0'), known)).toEqual({ kind: 'downgrade', inWindow: true });
    expect(upgradePath(request('1.2.0', '1.0.0'), known)).toEqual({ kind: 'downgrade', inWindow: false });
  });

  it('believes the database rather than the table', () => {
    const known = [version('1.0.0'), version('1.1.0', { schema: 11 })];
    const down = request('1.1.0', '1.0.0');
    expect(upgradePath({ ...down, databaseCompat: 11 }, known)).toEqual({
      kind: 'downgrade',
      inWindow: false,
    });
    // Newer than anything that is known.
    expect(upgradePath({ ...request('9.0.0', '1.0.0'), databaseCompat: 10 }, known)).toMatchObject({
      inWindow: true,
    });
    expect(upgradePath(request('9.0.0', '1.0.0'), known)).toMatchObject({ inWindow: false });
  });

  it('names the next stop where there would be no way back', () => {
    const known = [
      version('1.0.0'),
      version('1.1.0', { schema: 11 }),
      version('1.2.0', { schema: 12, compat: 10 }),
      version('1.3.0', { schema: 12, compat: 12 }),
    ];
    expect(upgradePath(request('1.0.0', '1.3.0'), known)).toEqual({ kind: 'skip', nextStop: '1.2.0' });
    expect(upgradePath(request('1.2.0', '1.3.0'), known)).toMatchObject({
      kind: 'upgrade',
      reversible: true,
    });
  });

  it('goes on without a way back where no stop gives one', () => {
    const known = [version('1.0.0'), version('1.1.0', { schema: 12, compat: 12 })];
    expect(upgradePath(request('1.0.0', '1.1.0'), known)).toMatchObject({
      kind: 'upgrade',
      reversible: false,
    });
  });

  it('names the version that upstream wants to have run, the first of several', () => {
    const known = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((name) =>
      version(name, name === '1.1.0' || name === '1.2.0' ? { mustRun: true } : {}),
    );
    expect(upgradePath(request('1.0.0', '1.3.0'), known)).toEqual({ kind: 'skip', nextStop: '1.1.0' });
    expect(upgradePath(request('1.1.0', '1.3.0'), known)).toEqual({ kind: 'skip', nextStop: '1.2.0' });
    expect(upgradePath(request('1.2.0', '1.3.0'), known).kind).toBe('upgrade');
  });

  it('asks for each open acknowledgement at once, and for no other', () => {
    const known = [
      version('1.0.0', { changes: [change('old', true)] }),
      version('1.1.0', { changes: [change('one', true), change('to-know', false)] }),
      version('1.2.0', { changes: [change('two', true)] }),
    ];
    const up = request('1.0.0', '1.2.0');
    expect(upgradePath(up, known)).toMatchObject({
      kind: 'unacknowledged',
      changes: [{ id: 'one' }, { id: 'two' }],
    });
    expect(upgradePath({ ...up, accepted: ['two'] }, known)).toMatchObject({ changes: [{ id: 'one' }] });
    expect(upgradePath({ ...up, accepted: ['two', 'one'] }, known).kind).toBe('upgrade');
  });

  it('refuses a version that it does not know, and a Postgres that is too old', () => {
    const known = [version('1.1.0'), version('1.2.0', { minimumPostgres: 16 })];
    expect(upgradePath(request('1.0.0', '1.2.0'), known)).toEqual({ kind: 'unknown', oldest: '1.1.0' });
    const up = request('1.1.0', '1.2.0');
    expect(upgradePath({ ...up, postgres: 15 }, known)).toEqual({ kind: 'postgres', minimum: 16 });
    expect(upgradePath({ ...up, postgres: 16 }, known).kind).toBe('upgrade');
  });
});
