import { describe, expect, it } from 'vitest';
import { emptyFolders, isAbsent, planUninstall } from '../../../src/plan/uninstall.ts';
import { PATHS, ROOT, writingCopy, writtenCopy } from '../../../src/render/layout.ts';
import { hostFacts } from '../../support/facts.ts';
import { installed } from '../../support/installed.ts';

const { host } = installed();
const withHash = (path: string, sha256: string) => ({
  ...host,
  files: {
    ...host.files,
    [path]: { ...(host.files[path] ?? { type: 'file', mode: 0, uid: 0, gid: 0, size: 1 }), sha256 },
  },
});

describe('what an uninstallation takes away', () => {
  const plan = planUninstall(host);
  it('is the containers of ours, and the files as they were last written', () => {
    expect(plan.domain).toBe('example.org');
    expect([...plan.services].sort()).toEqual(['caddy', 'postgres', 'redis', 'synapse']);
    for (const path of [PATHS.compose, PATHS.homeserver, PATHS.caddyfile]) {
      expect(plan.files).toContain(path);
      expect(plan.files).toContain(writtenCopy(path));
    }
    expect(plan.edited).toEqual([]);
  });
  it('is no data, key, secret, answer, digest lock or file of the operator', () => {
    const kept = [
      PATHS.postgresHome,
      PATHS.synapseData,
      PATHS.synapseKeys,
      `${ROOT}/secrets`,
      PATHS.state,
      PATHS.answers,
    ];
    for (const path of kept) {
      expect([...plan.data, ...plan.records], path).toContain(path);
      expect(
        plan.files.filter((file) => file === path || (file.startsWith(`${path}/`) && path !== PATHS.state)),
      ).toEqual([]);
    }
    expect([...plan.files, ...plan.data, ...plan.records].join()).not.toContain('conf.d');
  });
  it('is no file that somebody edited, nor the record by which it is known again', () => {
    const edited = planUninstall(withHash(PATHS.homeserver, 'other'));
    expect(edited.edited).toEqual([PATHS.homeserver]);
    expect(edited.files).not.toContain(PATHS.homeserver);
    expect(edited.files).not.toContain(writtenCopy(PATHS.homeserver));
  });
  it('is a file that an interrupted run wrote', () => {
    const facts = withHash(PATHS.homeserver, 'new');
    const written = { type: 'file', mode: 0o600, uid: 0, gid: 0, size: 1, sha256: 'new' } as const;
    const files = { ...facts.files, [writingCopy(PATHS.homeserver)]: written };
    expect(planUninstall({ ...facts, files }).files).toContain(PATHS.homeserver);
  });
  it('is no container of another folder', () => {
    const containers = host.containers.map((one) => ({ ...one, workingDir: '/srv/other' }));
    expect(planUninstall({ ...host, containers }).services).toEqual([]);
  });
  it('deletes the answers last: they say whose server it was', () => {
    expect(plan.records.at(-1)).toBe(PATHS.answers);
  });
  it('is nothing on a fresh machine', () => {
    expect(isAbsent(planUninstall(hostFacts()))).toBe(true);
    expect(isAbsent(plan)).toBe(false);
  });
  it('knows whose database the second machine holds', () => {
    expect(planUninstall(hostFacts({ databaseOf: 'db.example.org\n' })).domain).toBe('db.example.org');
  });
});

it('folders go the deepest first, and none that hold data or somebody’s files', () => {
  const folders = emptyFolders(host);
  expect(folders.at(-1)).toBe(ROOT);
  expect(folders.indexOf(PATHS.synapseConfig)).toBeLessThan(folders.indexOf(`${ROOT}/synapse`));
  for (const path of [PATHS.synapseData, PATHS.postgresHome, PATHS.synapseKeys])
    expect(folders).not.toContain(path);
});
