import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { operator, trust } from '../../world/index.ts';
import { installMissing } from '../../world/packages.ts';
import { sh } from '../../world/shell.ts';
import { DevTools } from './devtools.ts';
import { Page } from './page.ts';

const PROXY = fileURLToPath(new URL('./recording-proxy.ts', import.meta.url));

/** CSS pixels: wide enough for clients to show the list of rooms beside the room. */
const DESKTOP = { width: 1280, height: 800 };

/** All ways out lead through the proxy: names are resolved by it, nothing is exempt, and UDP stays at home. */
const throughProxy = (port: string): readonly string[] => [
  `--proxy-server=http://127.0.0.1:${port}`,
  '--proxy-bypass-list=<-loopback>',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
];

/** A browser of the operator's computer: the world's names and trust, and a record of every host it asks for. */
export interface Browser {
  /** A window of its own, which shares nothing with others: as another person's browser. */
  newPerson(): Promise<Page>;
  /** HOST:PORT of everything that was asked for since it began, each once, sorted. */
  contacted(): readonly string[];
  close(): Promise<void>;
}

/** The authorities that people in the world trust are put where Chromium looks for its user's own. */
const trustTheWorld = async (home: string): Promise<void> => {
  const database = join(home, '.pki/nssdb');
  mkdirSync(database, { recursive: true });
  await sh('certutil', ['-N', '--empty-password', '-d', `sql:${database}`]);
  const add = ['-A', '-n', 'acme', '-t', 'C,,', '-i', trust.caFile];
  await sh('certutil', [...add, '-d', `sql:${database}`]);
};

const startProxy = async (record: Set<string>) => {
  const child = operator.spawn([process.execPath, PROXY], { stdin: 'ignore', buffer: false, reject: false });
  let partial = '';
  const port = await new Promise<string>((listens, failed) => {
    const stdout = child.stdout as unknown as Readable;
    stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (partial + text).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) /^\d+$/.test(line) ? listens(line) : record.add(line);
    });
    child.then(({ exitCode }) => failed(new Error(`the proxy ended with ${exitCode}`)), failed);
  });
  return { port, end: () => child.kill() };
};

export const startBrowser = async (): Promise<Browser> => {
  await installMissing([
    ['chromium-headless-shell', 'chromium-headless-shell'],
    ['certutil', 'libnss3-tools'],
  ]);
  const home = mkdtempSync(join(tmpdir(), 'browser-'));
  await trustTheWorld(home);
  const record = new Set<string>();
  const proxy = await startProxy(record);
  const how = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-pipe'];
  const profile = [`--user-data-dir=${join(home, 'profile')}`];
  const chromium = operator.spawn(
    ['chromium-headless-shell', ...how, ...throughProxy(proxy.port), ...profile],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      env: { HOME: home },
      buffer: false,
      reject: false,
    },
  );
  const [, , , commands, answers] = chromium.stdio as unknown as readonly Duplex[];
  if (commands === undefined || answers === undefined) throw new Error('no pipes to the browser');
  const devTools = new DevTools(commands, answers);
  return {
    async newPerson() {
      const { browserContextId } = await devTools.send('Target.createBrowserContext');
      const where = { url: 'about:blank', browserContextId, ...DESKTOP };
      const { targetId } = await devTools.send('Target.createTarget', where);
      const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: true });
      return new Page(devTools, String(sessionId));
    },
    contacted: () => [...record].sort(),
    async close() {
      await devTools.send('Browser.close').catch(() => {});
      await chromium;
      proxy.end();
      rmSync(home, { recursive: true, force: true });
    },
  };
};
