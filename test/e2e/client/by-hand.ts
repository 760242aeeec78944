/**
 * Cinny itself instead of its stand-in, for whoever has built it (its sources are AGPL's and on no registry):
 *
 *     git clone https://github.com/cinnyapp/cinny && cd cinny && npm ci && npm run build
 *     tar -cf cinny.tar -C dist .
 *     node test/e2e/client/by-hand.ts cinny.tar
 *
 * Installs a server with it, lets somebody in by a link, and two people talk; says what was seen and whom the browser called.
 */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBrowser } from '../../support/browser/chromium.ts';
import type { Page } from '../../support/browser/page.ts';
import { adminPassword, installation } from '../../support/product.ts';
import { publishWebClients } from '../../world/build/images.ts';
import { built, hashOf } from '../../world/cache.ts';
import { Server } from '../life/server.ts';
import { Client } from '../people/client.ts';
import { invite } from '../people/people.ts';
import { forgetDomain, freshMachine, SMALL_DISTRO } from '../variants/fresh.ts';

const [tar] = process.argv.slice(2);
if (tar === undefined) throw new Error('node test/e2e/client/by-hand.ts CINNY.tar');
const DOMAIN = 'cinny.test';
const CHAT = `https://chat.${DOMAIN}`;
const NOA = 'a sentence that noa can remember';
const FLAGS = [...SMALL_DISTRO, '--registration', 'invite', '--client', 'cinny'];
const EDITOR = '[data-slate-editor]';

const say = async (page: Page, text: string): Promise<void> => {
  await page.type(EDITOR, text);
  await page.pressEnter();
};

const open = async (page: Page, path: string): Promise<void> => {
  await page.open(`${CHAT}${path}`);
};

const logIn = async (page: Page, user: string, password: string): Promise<void> => {
  await open(page, '/');
  await page.type('input[name=usernameInput]', user);
  await page.type('input[name=passwordInput]', password);
  await page.click('button[type=submit]', 'Login');
  await page.sees('button', 'Create Room');
  console.log(`${user} logs in`);
};

/** The form as the link opens it: server and token are there already. */
const register = async (page: Page, link: string, user: string): Promise<void> => {
  await page.open(link);
  await page.type('input[name=usernameInput]', user);
  await page.type('input[name=passwordInput]', NOA);
  await page.type('input[name=confirmPasswordInput]', NOA);
  await page.click('button[type=submit]', 'Register');
  await page.sees('button', 'Create Room');
  console.log(`${user} registers with nothing but the link, a name and a password`);
};

const createEncryptedRoom = async (page: Page, name: string): Promise<string> => {
  await page.click('button', 'Create Room');
  await page.type('.ReactModal__Content input[name=name]', name);
  await page.click('.ReactModal__Content button[type=submit]');
  await page.sees(EDITOR);
  const path = String(await page.evaluate('location.pathname'));
  return decodeURIComponent(path.split('/')[2] ?? '');
};

// Images are told apart by the names of large files: this one holds the hash.
const folder = await built('cinny', hashOf(readFileSync(tar)), async (made) => {
  copyFileSync(tar, join(made, 'client.tar'));
});
await publishWebClients(join(folder, 'client.tar'));
forgetDomain(DOMAIN);
const vps = await freshMachine({ name: 'cinny', domains: [DOMAIN, `matrix.${DOMAIN}`, `chat.${DOMAIN}`] });
const run = await installation({ vps, domain: DOMAIN, flags: FLAGS });
if (run.exitCode !== 0) throw new Error(run.all);
const server = new Server(vps, DOMAIN);
const browser = await startBrowser();
try {
  const [ada, noa] = [await browser.newPerson(), await browser.newPerson()];
  await logIn(ada, 'admin', adminPassword(DOMAIN));
  const [invitation] = await invite(server);
  await register(noa, invitation?.link ?? '', 'noa');
  const room = await createEncryptedRoom(ada, 'garden');
  // Its own command for it wants the mouse.
  const admin = await Client.logIn(server, 'admin', adminPassword(DOMAIN));
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}`;
  await admin.ask('POST', `${path}/invite`, { user_id: `@noa:${DOMAIN}` });
  await open(noa, '/inbox/invites/');
  await noa.click('button', 'Accept');
  await sleep(2000);
  await say(ada, 'the beans are up');
  await open(noa, `/home/${encodeURIComponent(room)}/`);
  await noa.sees('body', 'the beans are up');
  await say(noa, 'and the peas');
  await ada.sees('body', 'and the peas');
  console.log('both read each other in an encrypted room');
  const kinds = await server.query(
    "select distinct type from events where type in ('m.room.message', 'm.room.encrypted')",
  );
  console.log(`the server has: ${kinds.join(', ')}`);
  await noa.evaluate('location.reload()');
  await sleep(2000);
  await noa.sees('body', 'the beans are up');
  console.log('and again after a reload');
  console.log(`called: ${browser.contacted().join(', ')}`);
} finally {
  await browser.close();
  await vps.remove();
}
