import { describe, expect, it } from 'vitest';
import { upgradeNews } from '../../../src/commands/init/upgrade.ts';
import type { Change } from '../../../src/plan/change.ts';
import type { Facts, HostFacts } from '../../../src/plan/facts.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import { PATHS, RELEASE_UNIT, ROOT, writtenCopy } from '../../../src/render/layout.ts';
import { homeserver, validationDigest } from '../../../src/steps/2-homeserver.ts';
import { database } from '../../../src/steps/3-database.ts';
import { ownerOf, sha256 } from '../../../src/steps/compare.ts';
import { nextPath, releaseFiles } from '../../../src/steps/release.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const CONSENT = { accepted: ['room-version-12'], withoutBackup: false };
const LOOK = {
  backup: {
    age: false,
    tables: 1e6,
    media: 5e12,
    free: 1e10,
    found: [],
    schedule: { systemd: true, files: {}, running: false, next: '' },
  },
  image: 5e8,
  dockerFree: 1e10,
  oneDisk: true,
  stateFree: 5e9,
  memoryFree: 1e9,
};

/** A server that runs an older Synapse and was looked at for its upgrade. */
const older = (host: Partial<HostFacts> = {}): Facts => {
  const facts = installed();
  const imageLock = facts.host.imageLock.replace(RELEASE.synapse, '1.160.0');
  return { ...facts, upgrade: LOOK, host: { ...facts.host, imageLock, ...host } };
};

const kinds = (changes: readonly Change[]) => changes.map(({ kind }) => kind);
const planned = (facts: Facts, consent = CONSENT) => {
  const goal = goalFor(facts, {}, consent);
  return { prepare: homeserver.changes(goal, facts), change: database.changes(goal, facts) };
};

/** The same, with the new release waiting beside it. */
const staged = (more: Record<string, string> = {}): Facts => {
  const facts = older();
  const goal = goalFor(facts, {}, CONSENT);
  const own: readonly string[] = [PATHS.answers, PATHS.domainHere, PATHS.plannedBox];
  const release = releaseFiles(
    goal.desired.files.filter(({ path }) => !own.includes(path)),
    validationDigest(goal, ''),
  );
  const files = Object.fromEntries([
    ...Object.entries(facts.host.files),
    ...release.map((file) => [
      nextPath(file.path),
      { type: 'file', mode: file.mode, ...ownerOf(file), size: 1, sha256: sha256(file.content) },
    ]),
    ...Object.entries(more).map(([path, text]) => [
      path,
      { type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, sha256: sha256(text) },
    ]),
  ]);
  return { ...facts, host: { ...facts.host, files, nextImages: installed().host.imageLock } };
};

describe('an upgrade of Synapse', () => {
  it('is prepared beside what runs, then backed up, then put in place', () => {
    const { prepare, change } = planned(older());
    expect(kinds(prepare)).toEqual(['pull-release', 'stage-release']);
    expect(kinds(change)).toEqual(['back-up', 'try-release', 'switch-release', 'await-background-updates']);
    expect(prepare[0]).toEqual({ kind: 'pull-release', images: { synapse: RELEASE.images.synapse } });
    expect(change[2]).toMatchObject({
      release: { from: '1.160.0', to: RELEASE.synapse, schema: 94, reversible: true, withBackup: true },
    });
  });

  it('replaces nothing of the running release before the switch', () => {
    const { prepare } = planned(older());
    for (const change of prepare) expect(['pull-release', 'stage-release']).toContain(change.kind);
  });

  it('brings the record of what it writes, so that neither it nor what it takes back is a hand edit', () => {
    const file = {
      path: PATHS.compose,
      content: 'mine\n',
      rendered: 'ours\n',
      mode: 0o644,
      owner: 'root',
    } as const;
    expect(releaseFiles([file], 'digest')).toContainEqual({
      path: writtenCopy(PATHS.compose),
      content: 'ours\n',
      mode: 0o600,
      owner: 'root',
    });
    expect(RELEASE_UNIT).toContain('state/written');
  });

  it.each(['element', 'cinny'] as const)('is kept whole before it is replaced, with %s and a bot', (name) => {
    const facts = older();
    const client = { name, host: 'chat.example.org' };
    for (const moderation of ['draupnir', 'mjolnir'] as const) {
      const { files } = goalFor(facts, { client, moderation }, CONSENT).desired;
      const own: readonly string[] = [PATHS.answers, PATHS.domainHere, PATHS.plannedBox];
      const release = releaseFiles(
        files.filter(({ path }) => !own.includes(path)),
        'digest',
      ).map(({ path }) => path.slice(ROOT.length + 1));
      expect(release).toContain(`${moderation}/config/production.yaml`);
      expect(release).toContain(`${name}/config/config.json`);
      const inUnit = (path: string) =>
        RELEASE_UNIT.some((part) => path === part || path.startsWith(`${part}/`));
      expect(release.filter((path) => !inUnit(path))).toEqual([]);
    }
  });

  it('is prepared once', () => {
    expect(kinds(planned(staged()).prepare)).toEqual([]);
  });

  it('is prepared anew when something else lies beside it', () => {
    const leftover = staged({ [`${PATHS.nextRelease}/synapse/config/workers/sync-9.yaml`]: 'x' });
    expect(kinds(planned(leftover).prepare)).toEqual(['stage-release']);
  });

  it('locks what is pulled again when the present release has moved on', () => {
    const facts = staged();
    const nextImages = facts.host.nextImages.replace(
      /^CADDY.*$/m,
      `CADDY_IMAGE=docker.io/library/caddy:2.0@${DIGEST}`,
    );
    expect(planned({ ...facts, host: { ...facts.host, nextImages } }).prepare).toEqual([
      { kind: 'pull-release', images: {} },
    ]);
  });

  it('backs up without media, in a folder of its own', () => {
    const [backup] = planned(older()).change;
    expect(backup).toMatchObject({
      kind: 'back-up',
      plan: { before: 'upgrade', destination: { folder: '/var/backups/matrix-bastion-upgrade' } },
    });
    // 5 TB of media would not have fitted.
    expect(backup?.kind === 'back-up' && backup.plan.forecast).toEqual({ database: 1e6, media: 0 });
  });

  it('leaves the backup away only when that was said', () => {
    const { change } = planned(older(), { ...CONSENT, withoutBackup: true });
    expect(kinds(change)).toEqual(['try-release', 'switch-release', 'await-background-updates']);
    expect(change[1]).toMatchObject({ release: { withBackup: false } });
    const blind = older();
    delete (blind as { upgrade?: unknown }).upgrade;
    expect(() => planned(blind)).toThrow(/database does not answer/);
  });

  it.each([
    ['memory', { memoryFree: 2e8 }, [], /400 MB of memory, and 191 MB are free/],
    ['room', { stateFree: 1e8 }, [], /512 MB on the disk, and 95 MB are free/],
    ['the wish', {}, ['untried-schema'], /--accept untried-schema/],
  ])('is not tried on a copy of the schema without %s, and says so', (_, look, accepted, why) => {
    const facts = { ...older(), upgrade: { ...LOOK, ...look } };
    const consent = { ...CONSENT, accepted: [...CONSENT.accepted, ...accepted] };
    expect(kinds(planned(facts, consent).change)).toEqual([
      'back-up',
      'switch-release',
      'await-background-updates',
    ]);
    const news = upgradeNews({ goal: goalFor(facts, {}, consent), facts });
    expect(news.join('\n')).toMatch(why);
    expect(upgradeNews({ goal: goalFor(older(), {}, CONSENT), facts: older() }).join()).not.toContain(
      'not tried',
    );
  });

  it('is none where the first installation never came to a database', () => {
    const { prepare, change } = planned(older({ databaseBorn: '' }));
    expect(kinds(prepare)).toContain('pull-images');
    expect(kinds(change)).not.toContain('switch-release');
  });

  it('is none where the same version runs', () => {
    expect(planned(installed())).toEqual({ prepare: [], change: [] });
  });
});
