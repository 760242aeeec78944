import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../src/federation/judge.ts';
import { dendrite, goProgram, runGo } from '../support/go-program.ts';
import { lab, openLab, SERVERS } from '../unit/federation/lab/faults.ts';
import { V4 } from '../unit/federation/lab/lab.ts';

const program = await dendrite();

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Every component with a database of its own, as SQLite wants it. Source: dendrite-sample.yaml, generate-config. */
const CONFIG = {
  version: 2,
  global: {
    server_name: 'example.org',
    private_key: 'matrix_key.pem',
    well_known_server_name: 'matrix.example.org:443',
    well_known_client_name: 'https://matrix.example.org',
    jetstream: { in_memory: true, storage_path: './jetstream' },
    cache: { max_size_estimated: '32mb' },
  },
  client_api: { registration_disabled: true },
  federation_api: { database: { connection_string: 'file:federation.db' }, key_perspectives: [] },
  key_server: { database: { connection_string: 'file:keys.db' } },
  media_api: { base_path: './media', database: { connection_string: 'file:media.db' } },
  room_server: { database: { connection_string: 'file:rooms.db' } },
  sync_api: { database: { connection_string: 'file:sync.db' } },
  user_api: { account_database: { connection_string: 'file:users.db' } },
  relay_api: { database: { connection_string: 'file:relay.db' } },
  mscs: { database: { connection_string: 'file:mscs.db' } },
  logging: [{ type: 'std', level: 'warn' }],
};

/** Dendrite with the laboratory's certificate, at the addresses of example.org and matrix.example.org. */
async function start(path: string): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-dendrite-'));
  const key = `-----BEGIN MATRIX PRIVATE KEY-----\nKey-ID: ed25519:lab\n\n${randomBytes(32).toString('base64')}\n-----END MATRIX PRIVATE KEY-----\n`;
  await Promise.all([
    writeFile(join(folder, 'matrix_key.pem'), key, { mode: 0o600 }),
    // JSON is YAML.
    writeFile(join(folder, 'dendrite.yaml'), JSON.stringify(CONFIG)),
    writeFile(join(folder, 'cert.pem'), lab.good.cert),
    writeFile(join(folder, 'key.pem'), lab.good.key, { mode: 0o600 }),
  ]);
  const [plain, secure] = [await freePort(), await freePort()];
  const listen = ['--http-bind-address', `127.0.0.1:${plain}`, '--https-bind-address', `127.0.0.1:${secure}`];
  const files = ['--config', 'dendrite.yaml', '--tls-cert', 'cert.pem', '--tls-key', 'key.pem'];
  const server = execa(path, [...files, ...listen], { cwd: folder, reject: false, all: true });
  await until(async () => {
    if (server.exitCode !== null) throw new Error(`Dendrite has ended: ${(await server).all}`);
    const answer = await fetch(`http://127.0.0.1:${plain}/_matrix/federation/v1/version`).catch(
      () => undefined,
    );
    return answer?.ok === true;
  });
  lab.internet.foreign([`${V4}:443`], secure);
  lab.dns({ 'example.org': { A: [V4] }, 'matrix.example.org': { A: [V4] } });
  return async () => {
    server.kill();
    await server;
    await rm(folder, { recursive: true, force: true });
  };
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await done()); await sleep(200))
    if (Date.now() > end) throw new Error('Dendrite does not answer');
}

const PROFILES = ['spec', 'go', 'strict'] as const;

describe('Dendrite', () => {
  let stop = async (): Promise<void> => undefined;
  beforeAll(async () => {
    await openLab();
    // Without Dendrite its recorded answers stand for it.
    if ('path' in program) stop = await start(program.path);
    else await SERVERS.find((one) => one.fault === 'nothing: as Dendrite 0.13.8 answers')?.make();
  });
  afterAll(async () => {
    await stop();
    await lab.close();
  });

  it(`is green in every profile, and only Element X misses something${'missing' in program ? ` (its record; ${program.missing})` : ''}`, async () => {
    const { evidence } = await lab.checkAsTester({});
    const verdicts = PROFILES.map((profile) => judge(evidence, profile));
    expect(verdicts.map(({ verdict, findings }) => [verdict, findings.map(({ code }) => code)])).toEqual(
      PROFILES.map((profile) => ['green', profile === 'go' ? [] : ['MB-FED-144']]),
    );
    expect(verdicts[0]?.picture.some(({ says }) => says.includes('Dendrite 0.13.8'))).toBe(true);
  });

  it('is green to the library of the public tester', async () => {
    const tester = await goProgram();
    const world = {
      serverName: 'example.org',
      dns: lab.names.address,
      roots: lab.authority.root.cert,
      ports: lab.internet.ports,
    };
    const { verdict } = (await lab.checkAsTester({})).verdict;
    expect(verdict).toBe('green');
    if ('path' in tester)
      expect(await runGo(tester.path, 'report', [world])).toMatchObject([{ federationOK: true }]);
  });
});
