import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { BIN, type Deployment, initArguments } from '../support/product.ts';
import { watchedRun } from '../sweep/run.ts';
import { vps as machineOf, type Vps } from '../world/index.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';
import {
  certificates,
  containers,
  freeze,
  jobIdentity,
  jobRuns,
  secretHashes,
  thaw,
  tree,
  until,
} from './variants/inside.ts';
import { check, logIn } from './variants/outside.ts';
import { type Ended, finish, killAll, type Running, start } from './variants/running.ts';

const DOMAIN = 'broken.test';
const TITLES = [
  'Docker + Compose',
  'Generate homeserver.yaml',
  'Wire Postgres + Redis',
  'Publish well-known',
  'Validate federation',
  'Mint admin via shared secret',
] as const;

/** Brackets keep the looking shell, whose command line holds the pattern, from finding itself. */
const UNPACKING = 'dpkg .*-[-]unpack';
const SETTING_UP = 'dpkg .*-[-]configure';
const PULLING = '^docker [p]ull';
/** The images that are begun with, or how far all of them are. */
const PULL_SAYS = /\[2\/6\] {3}(pulling |\d+ % of the images)/;

const line = (number: number, end: string): RegExp =>
  new RegExp(`\\[${number}/6\\] ${(TITLES[number - 1] ?? '').replace('+', '\\+')}: ${end}`);

/**
 * One machine, one command, and an end of it at every place: each test is a run that goes on from where the one
 * before was ended, and is ended itself.
 */
describe('whatever ends a run, the same command goes on', () => {
  let vps: Vps;
  let deployment: Deployment;
  let secrets: Readonly<Record<string, string>> = {};
  let orders: readonly string[] = [];

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    vps = await freshMachine({ name: 'broken', domains: [DOMAIN, `matrix.${DOMAIN}`] });
    deployment = { vps, domain: DOMAIN, flags: SMALL_DISTRO };
  });

  afterAll(async () => {
    await removeMachine('broken');
    await removeMachine('unbroken');
    forgetDomain(DOMAIN);
  });

  // Each run needs what the one before has left.
  let failed = false;
  beforeEach((context) => {
    context.skip(failed, 'a run before it failed');
    onTestFailed(() => {
      failed = true;
    });
  });

  // The signing key and the secrets are born once: what was there after one run is the same after the next.
  afterEach(async () => {
    await killAll();
    if (failed) return;
    const now = await secretHashes(vps);
    expect(now).toMatchObject(secrets);
    secrets = now;
  });

  const begin = (): Running => start(deployment);
  const watched = () => ({
    vps,
    domain: DOMAIN,
    argv: [process.execPath, BIN, ...initArguments(deployment)],
  });

  /** The steps up to this one have not been touched again. */
  const doneBefore = ({ text }: Ended, number: number): void => {
    for (let done = 1; done <= number; done += 1) expect(text).toMatch(line(done, 'nothing to do'));
  };

  const killedAfterStep = async (number: number): Promise<Ended> => {
    // After a power cut Docker starts what there is by itself, and may be done before we look.
    return begin().killAt(line(number, '(done in|nothing to do)'));
  };

  /** The plug is pulled while a condition holds on the machine, and it is switched on again. */
  const powerCutWhen = async (run: Running, condition: string): Promise<Ended> => {
    await until(vps, condition);
    await vps.powerCut();
    await vps.start();
    return run.ended;
  };

  it('step 1, killed while packages are unpacked: they go on being installed', async () => {
    const run = begin();
    await freeze(vps, UNPACKING);
    expect(await run.kill()).toMatchObject({ signal: 'SIGKILL' });
    await vps.exec(jobRuns('apt'));
  });

  it('step 1, taken up again; then the power goes while the packages are set up', async () => {
    const job = await jobIdentity(vps, 'apt');
    const run = begin();
    await run.says(/\[1\/6\] {3}/);
    expect(await jobIdentity(vps, 'apt')).toBe(job);
    // No second apt beside the one that runs: each job has a session of its own.
    const { stdout } = await vps.exec(
      `for i in $(seq 20); do ps -o sid= -p "$(pgrep -d, -f '[j]obs/apt/script$')" | sort -u | wc -l; sleep 0.1; done`,
    );
    expect(new Set(stdout.trim().split(/\s+/))).toEqual(new Set(['1']));
    await thaw(vps, UNPACKING);
    const ended = await powerCutWhen(run, `pgrep -f '${SETTING_UP}'`);
    expect(ended.exitCode, ended.text).toBe(1);
    // It connected again, and found that the restart had ended the work.
    expect(ended.text).toContain('MB-HOST-JOB-NONE');
    expect(ended.text).toContain('the machine was restarted since');
    expect(ended.text).toContain('Run the same command again');
    expect((await vps.exec('dpkg --audit')).stdout).not.toBe('');
  });

  it('step 1, killed when it is done: what was half installed is whole, and was unpacked once', async () => {
    await killedAfterStep(1);
    const { stdout } = await vps.exec("grep -c ' install docker.io:' /var/log/dpkg.log; dpkg --audit");
    expect(stdout).toBe('1');
  });

  it('step 2, killed while images are pulled', async () => {
    const run = begin();
    await freeze(vps, PULLING, 4);
    doneBefore(await run.kill(), 1);
    await vps.exec(jobRuns('pull'));
  });

  it('step 2, Ctrl-C: says what is safe and how to go on, and leaves the pull alone', async () => {
    const job = await jobIdentity(vps, 'pull');
    const run = begin();
    await run.says(PULL_SAYS);
    run.signal('SIGINT');
    const ended = await run.ended;
    expect(ended.exitCode, ended.text).toBe(130);
    expect(ended.text).toContain(
      'Stopping. What was done stays done, and the same command goes on from there.',
    );
    expect(ended.text).toContain('STOPPED MB-INTERRUPTED');
    expect(ended.text).toMatch(
      new RegExp(`Then go on with:\\s+matrix-bastion init root@${vps.ip} --domain ${DOMAIN} `),
    );
    expect(await jobIdentity(vps, 'pull')).toBe(job);
    await vps.exec(jobRuns('pull'));
  });

  it('step 2, the connection is cut during the pull: it connects again by itself; then the power goes while the signing key is made', async () => {
    const job = await jobIdentity(vps, 'pull');
    const run = begin();
    await run.says(PULL_SAYS);
    await vps.exec(`kill -KILL $(pgrep -f '^sshd-session: root@[n]otty')`);
    await run.logs(/connected to .* again/);
    expect(await jobIdentity(vps, 'pull')).toBe(job);
    await thaw(vps, PULLING);
    const ended = await powerCutWhen(run, 'ls -d /opt/matrix-bastion/synapse/keys/.generate.*');
    expect(ended.exitCode, ended.text).toBe(1);
    expect(ended.text).toContain('MB-SSH-LOST');
    expect(ended.text).toContain('Run the same command again');
    // What was said before the cut is not said again.
    const said = ended.text.match(/ {3}(pulling \S+|\d+ % of the images.*)$/gm) ?? [];
    expect(said).toEqual([...new Set(said)]);
  });

  it('step 2, killed while Synapse judges its configuration', async () => {
    const run = begin();
    await until(vps, 'test -d /opt/matrix-bastion/synapse/config.staged');
    const ended = await run.kill();
    doneBefore(ended, 1);
    expect(ended.text).not.toMatch(/ {3}- (install|pull) /);
    expect(Object.keys(secrets)).not.toContain('synapse/keys/signing.key');
    expect(Object.keys(await secretHashes(vps))).toContain('synapse/keys/signing.key');
  });

  it('step 2, killed when it is done', async () => {
    const ended = await killedAfterStep(2);
    doneBefore(ended, 1);
    expect(ended.text).not.toMatch(/ {3}- (create (\d+ secrets|the signing key)|pull) /);
  });

  it('step 3, killed while Postgres is waited for', async () => {
    const run = begin();
    await until(vps, 'docker ps -q --filter name=postgres | grep -q .');
    doneBefore(await run.kill(), 2);
  });

  it('step 3, the power goes while Synapse starts for the first time', async () => {
    const run = begin();
    const ended = await powerCutWhen(run, 'docker ps -q --filter name=synapse | grep -q .');
    doneBefore(ended, 2);
    expect(ended.exitCode, ended.text).toBe(1);
    expect(ended.text).toContain('MB-SSH-LOST');
  });

  it('step 3, killed when it is done', async () => {
    doneBefore(await killedAfterStep(3), 2);
  });

  it('step 4, killed when the Caddyfile is written', async () => {
    const run = begin();
    await until(vps, 'test -e /opt/matrix-bastion/caddy/config/Caddyfile');
    doneBefore(await run.kill(), 3);
  });

  it('step 4, its shell on the machine is killed while Caddy is started: what that shell began goes on by itself', async () => {
    await vps.exec('cd /opt/matrix-bastion && docker compose rm --stop --force caddy');
    const change = 'well-known: start caddy (not there yet)';
    const over = await watchedRun(watched(), { way: 'shell', at: new Set([change]) });
    expect(over.endedAt).toEqual([change]);
    expect(over.exitCode, over.text).toBe(1);
    expect(over.text).toContain('MB-SSH-LOST');
    expect(over.text).toContain('Run the same command again');
  });

  it('step 4, killed when it is done', async () => {
    doneBefore(await killedAfterStep(4), 3);
    orders = await certificates(vps);
    expect(orders).toHaveLength(2);
  });

  it('step 5, killed during the check', async () => {
    const ended = await begin().killAt(/\[5\/6\] {3}/);
    doneBefore(ended, 4);
    expect(ended.text).not.toMatch(line(5, 'done in'));
  });

  it('step 5, killed when it is done', async () => {
    doneBefore(await killedAfterStep(5), 4);
  });

  it('step 6, killed when the administrator is about to be created', async () => {
    const run = begin();
    await run.logs(/admin: create the administrator/);
    doneBefore(await run.kill(), 5);
  });

  it('step 6, killed between the creation of the administrator and the proof of the login', async () => {
    const run = begin();
    // The administrator is created inside; the login comes through Caddy, and there it waits until the run is killed.
    await run.signalAt(line(5, 'nothing to do'), 'SIGSTOP');
    await vps.exec('docker pause matrix-bastion-caddy-1');
    try {
      run.signal('SIGCONT');
      await run.logs(/admin: log in as/);
      doneBefore(await run.kill(), 5);
    } finally {
      await vps.exec('docker unpause matrix-bastion-caddy-1');
    }
    expect((await vps.exec('cat /opt/matrix-bastion/state/admin.mark')).stdout).toBe(
      `pending @admin:${DOMAIN}`,
    );
  });

  it('step 6, killed when it is done: the login was proved, nobody was created again', async () => {
    const ended = await killedAfterStep(6);
    doneBefore(ended, 5);
    expect(ended.text).toContain(`log in as @admin:${DOMAIN} once`);
    expect(ended.text).not.toContain('create the administrator');
  });

  it('then has nothing to do, and everything is as it ought to be', async () => {
    const before = await containers(vps);
    const { exitCode, text } = await finish(deployment);
    expect(text).toContain('Nothing to do');
    expect(exitCode).toBe(0);
    const { exitCode: judged, all } = await check(DOMAIN);
    expect(judged, all).toBe(0);
    expect(await logIn(DOMAIN)).toBe(`@admin:${DOMAIN}`);
    expect(await containers(vps)).toEqual(before);
    expect(Object.keys(before).sort()).toEqual(
      ['caddy', 'postgres', 'redis', 'synapse'].map((name) => `matrix-bastion-${name}-1`),
    );
    expect(await certificates(vps)).toEqual(orders);
  });

  it('differs in nothing from an installation that was left in peace', async () => {
    const broken = await tree(vps);
    forgetDomain(DOMAIN);
    await removeMachine('broken');
    const whole = await freshMachine({ name: 'unbroken', domains: [DOMAIN, `matrix.${DOMAIN}`] });
    const { exitCode, text } = await finish({ ...deployment, vps: whole });
    expect(exitCode, text).toBe(0);
    // Two databases are never the same one; that each is recorded is what counts.
    const anyDatabase = (lines: string[]) => lines.map((one) => one.replace(/(database\.born) .*/, '$1'));
    expect(anyDatabase(broken)).toEqual(anyDatabase(await tree(whole)));
    secrets = {};
    vps = machineOf('unbroken');
  });
});
