import { describe, expect, test } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { createTranscript } from '../../../src/apply/transcript.ts';
import { budgetsOf } from '../../../src/commands/init/budget.ts';
import { printCommands } from '../../../src/commands/init/print-commands.ts';
import { planBoth, situations } from '../../../src/commands/init/situations.ts';
import { transcribeBoth } from '../../../src/commands/init/transcripts.ts';
import { factsScript } from '../../../src/host/facts/index.ts';
import { tellingOperator } from '../../../src/outside/telling-operator.ts';
import type { Change, ChangeKind, ChangeOf } from '../../../src/plan/change.ts';
import { dockerRepository } from '../../../src/plan/docker-support.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { NOTHING_SAID } from '../../../src/plan/goal.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { hostFacts, someAnswers, someFacts } from '../../support/facts.ts';

const scripts = loadScripts();

const printed = async (facts: Facts, parts: Partial<Answers> = {}) => {
  const answers = someAnswers(parts);
  const sides = situations(answers, budgetsOf(answers, facts).budgets, loadTemplates(), NOTHING_SAID);
  const planned = planBoth(sides, facts);
  const steps = transcribeBoth({ planned, sides, facts, answers, scripts, machine: 'root@vps' });
  return { planned, text: await printCommands(steps, { scripts, factsScript: factsScript() }) };
};

const fresh = await printed(someFacts());

describe('a fresh machine', () => {
  test('every change has its heading, under its step, and something that it does', () => {
    const headings = [...fresh.text.matchAll(/^#+ .*$/gm)].map(([line]) => line);
    for (const title of fresh.planned.map((step, index) => `# ${index + 1}. ${step.title}`))
      expect(headings).toContain(title);
    const changes = fresh.planned.flatMap((step) => step.changes);
    const sections = fresh.text.split(/^## On /m).slice(1);
    expect(sections).toHaveLength(changes.length);
    for (const section of sections) expect(section).toMatch(/Run as root|Put in place|From this computer/);
  });
  test.each([
    'apt.sh',
    'fetch-key.sh',
    'pull-images.sh',
    'create-signing-key.sh',
    'validate-synapse-config.sh',
    'create-database.sh',
    'set-database-password.sh',
    'await-healthy.sh',
    'keep-replaced.sh',
    'lock.sh',
  ])('%s stands there whole', (name) => {
    expect(scripts[name]).toBeTruthy();
    expect(fresh.text).toContain(`${scripts[name]?.trimEnd()}\n\`\`\``);
  });
  test('commands, files and what is done from here', () => {
    expect(fresh.text).toContain('docker compose --progress plain up --detach --quiet-pull postgres redis\n');
    expect(fresh.text).toMatch(
      /^Put in place: \/opt\/matrix-bastion\/compose\.yaml, mode 0644, owner 0:0, with what \S+\/writing\/compose\.yaml got above\.$/m,
    );
    expect(fresh.text).toContain('server_name: "example.org"');
    // The staged files of Synapse are the final ones: shown once.
    expect(fresh.text).toMatch(
      /^Put in place: \/opt\/\S+\/homeserver\.yaml, .*, with what \/opt\/\S+\.staged\/homeserver\.yaml got above\.$/m,
    );
    expect(fresh.text).toContain("key_url='https://download.docker.com/linux/debian/gpg'");
    expect(fresh.text).toContain('9DC858229FC7DD38854AE2D88D81803C0EBFCD88: else nothing follows');
    expect(fresh.text).toContain('the packets of the key with that fingerprint');
    expect(fresh.text).toContain('From this computer: TLS with matrix.example.org on port 443');
    expect(fresh.text).toContain(factsScript());
  });
  test('what an earlier step leaves is what a later one finds', () => {
    const digest = 'docker.io/library/postgres:17@sha256:(the-digest-that-was-pulled)';
    expect(fresh.text).toContain(`POSTGRES_IMAGE=${digest}\n`);
    expect(fresh.text).toContain(`image='${digest}'`);
  });
  test('passwords are words in brackets', () => {
    expect(fresh.text).toMatch(
      /--password-file \/dev\/stdin .*\n```\n\nwith this on its standard input:\n\n```\n\(the administrator's password\)\n```/,
    );
  });
});

test('a second machine: its part comes first, with its name', async () => {
  const box = hostFacts({ machine: { machineId: 'f'.repeat(32) }, addresses: ['203.0.113.8'] });
  const facts: Facts = {
    ...someFacts(),
    databaseBox: { host: box, name: 'root@db', reachedAs: '203.0.113.8' },
  };
  const { text } = await printed(facts, { dbHost: 'root@db' });
  expect(text).toMatch(/^# 1\. .*\n\n## On root@db: /m);
  expect(text).toContain('## On root@vps: ');
  expect(text).toContain(scripts['create-database-certificate.sh']?.trimEnd());
});

test('a database that somebody else runs: the password is a word in brackets', async () => {
  const { text } = await printed(someFacts(), {
    database: 'postgresql://synapse@db.example.com:5432/synapse',
  });
  expect(text).toContain(scripts['probe-database.sh']?.trimEnd());
  expect(text).toContain(":synapse:(the database's password)");
});

const PLACE = {
  kind: 'elsewhere',
  host: 'db.example.com',
  port: 5432,
  user: 'synapse',
  name: 'synapse',
  sslmode: 'verify-full',
} as const;
const FILE = { path: '/opt/matrix-bastion/x', content: 'x\n', mode: 0o644, owner: 'root' } as const;
const USER = { userId: '@ada:example.org', localpart: 'ada' } as const;

/** One of each kind: does not compile when a kind is missing. */
const ONE_OF_EACH: { readonly [K in ChangeKind]: Omit<ChangeOf<K>, 'kind'> } = {
  'wait-for-cloud-init': {},
  'repair-dpkg': {},
  'keep-ipv6-route': { devices: ['eth0'] },
  'docker-repository': { repository: dockerRepository(someAnswers(), hostFacts()) },
  'remove-docker-repository': {},
  'install-packages': { packages: ['docker-ce'] },
  'docker-daemon-config': { content: '{}\n', mode: 0o644, restart: true },
  'start-docker': {},
  'make-directories': { directories: [{ path: '/opt/matrix-bastion', mode: 0o755, owner: 'root' }] },
  'clear-leftovers': { paths: ['/opt/matrix-bastion/secrets/synapse/form_secret.new.71'] },
  'repair-owners': { entries: [{ path: '/opt/matrix-bastion/x', uid: 0, gid: 0, mode: 0o644 }] },
  'create-secrets': { paths: [] },
  'pull-images': { images: { redis: 'docker.io/library/redis:8-alpine' } },
  'create-signing-key': { serverName: 'example.org' },
  'place-signing-key': { serverName: 'example.org', ids: ['ed25519:a_Old'] },
  'write-files': { files: [FILE] },
  'remove-files': { paths: ['/opt/matrix-bastion/old'] },
  'write-synapse-config': { files: [FILE], digest: 'x', obsolete: ['/opt/matrix-bastion/old'] },
  'pull-release': { images: { synapse: 'ghcr.io/element-hq/synapse:v1.163.2' } },
  'stage-release': { synapse: '1.163.2', files: [FILE], digest: 'x' },
  'back-up': {
    plan: {
      destination: { folder: '/var/backups/matrix-bastion-upgrade' },
      keep: 2,
      before: 'upgrade',
      serverName: 'example.org',
      machine: 'vps',
      database: { place: 'here', image: 'docker.io/library/postgres:17' },
      forecast: { database: 1, media: 0 },
      free: 1e9,
      installs: [],
      removes: [],
      leavesOut: [],
    },
  },
  'try-release': { synapse: '1.163.2', database: { place: 'here', image: 'docker.io/library/postgres:17' } },
  'switch-release': {
    release: { from: '1.160.0', to: '1.163.2', schema: 92, reversible: true, withBackup: true },
  },
  'await-background-updates': {
    database: { place: 'here', image: 'docker.io/library/postgres:17' },
  },
  'create-database': {},
  'restore-data': { file: '/root/backup.tar', sha256: 'x' },
  'record-database': { identity: '1' },
  'start-services': { services: ['redis'], reason: 'x' },
  'stop-services': { services: ['redis'], reason: 'x' },
  'remove-services': { services: ['redis'] },
  'await-healthy': { services: ['redis'] },
  'set-database-password': {},
  'create-database-certificate': { address: '203.0.113.8' },
  'write-database-password': { place: PLACE },
  'check-database': {
    place: PLACE,
    needs: { domain: 'example.org', pools: 5, keyHere: false, identity: '' },
  },
  'reload-caddy': {},
  'await-certificate': { names: ['example.org'] },
  'await-proxy': { matrixHost: 'matrix.example.org', proxy: 'nginx' },
  'await-well-known': { domain: 'example.org', published: true },
  'check-federation': { domain: 'example.org', mark: 'x' },
  'create-admin': USER,
  'check-shut-out': { mode: 'closed' },
  'check-registration': { wanted: 'closed' },
  'prove-admin-login': USER,
  'create-moderation-bot': { bot: 'draupnir', userId: '@draupnir:example.org', manager: USER.userId },
};

describe('every kind of change', () => {
  const answers = someAnswers();
  const facts = someFacts();
  const { goal } = situations(answers, budgetsOf(answers, facts).budgets, loadTemplates(), {
    ...NOTHING_SAID,
  }).app(facts);
  const locked = `SYNAPSE_IMAGE=${goal.desired.images.synapse}@sha256:abc\n`;
  const transcript = createTranscript({
    name: 'vps',
    goal,
    scripts,
    imageLock: locked,
    operatorThat: (tell) => tellingOperator(answers, tell),
  });
  const operations = (kind: string) =>
    transcript.operations({ kind, ...ONE_OF_EACH[kind as ChangeKind] } as Change);

  test.each(Object.keys(ONE_OF_EACH))('%s does something', async (kind) => {
    expect((await operations(kind)).length).toBeGreaterThan(0);
  });
  test('what is long is a job; what is in place is found there', async () => {
    expect(await operations('repair-dpkg')).toMatchObject([{ kind: 'job' }]);
    const [look, key] = await operations('create-signing-key');
    expect(look).toMatchObject({ script: expect.stringMatching(/^cat /) });
    expect(key).toMatchObject({
      script: expect.stringContaining(`${goal.desired.images.synapse}@sha256:abc`),
    });
  });
});

test('the machine’s own daemon.json keeps its texts to itself', async () => {
  const proxy = { 'https-proxy': 'http://me:c4nary@proxy.example:3128' };
  const { text } = await printed(
    someFacts({
      addresses: ['203.0.113.7', '2001:db8::7'],
      docker: {
        binary: '/usr/bin/dockerd',
        dockerd: true,
        engine: '26.1.5',
        compose: '2.26.1',
        daemonJson: JSON.stringify({ proxies: proxy, debug: false }),
      },
    }),
  );
  expect(text).toContain('"ip6tables": true');
  expect(text).toContain('"https-proxy": "(as it is)"');
  expect(text).not.toContain('c4nary');
});

test('a text with fences of its own stays one block', async () => {
  const transcript = { operations: async () => [{ kind: 'script', script: 'echo "```"' } as const] };
  const part = { machine: 'vps', changes: [{ kind: 'start-docker' } as const], transcript };
  const text = await printCommands([{ title: 'T', parts: [part] }], { scripts, factsScript: '' });
  expect(text).toContain('````sh\necho "```"\n````');
});
