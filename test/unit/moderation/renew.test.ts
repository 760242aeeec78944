import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';
import { runWith } from '../../support/fake-commands.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The script as the machine runs it, against a Synapse that knows the bot's account, and not its token any more. */
test("a token that is not taken any more: the account is put in order, and the new token is the bot's file", async () => {
  const root = mkdtempSync(join(tmpdir(), 'renew-'));
  folders.push(root);
  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put('secrets/admin/token', 'service\n');
  put('secrets/draupnir/access_token', 'dead\n');
  put('shared', 'key');
  let account: Record<string, unknown> = { deactivated: true };
  const synapse = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const body = JSON.parse(text || '{}') as Record<string, unknown>;
    const answer = (status: number, json: object) => response.writeHead(status).end(JSON.stringify(json));
    const path = request.url ?? '';
    if (path.endsWith('/whoami'))
      return request.headers.authorization === 'Bearer service'
        ? answer(200, { user_id: '@matrix-bastion-00000000:example.org' })
        : answer(401, { errcode: 'M_UNKNOWN_TOKEN' });
    if (path.endsWith('/register') && request.method === 'GET') return answer(200, { nonce: 'n' });
    if (path.endsWith('/register')) return answer(400, { errcode: 'M_USER_IN_USE' });
    if (request.method === 'PUT') {
      account = body;
      return answer(200, {});
    }
    if (path.endsWith('/login') && account.deactivated === false && account.password)
      return answer(200, { user_id: '@draupnir:example.org', access_token: 'alive' });
    answer(403, { errcode: 'M_USER_DEACTIVATED' });
  }).listen(0, '127.0.0.1');
  await once(synapse, 'listening');
  try {
    const { port } = synapse.address() as AddressInfo;
    const text = script({ scripts: loadScripts() }, 'ask-synapse.sh', {
      root,
      memory: join(root, 'memory'),
      account: 'matrix-bastion-',
      bots: `draupnir ${process.getuid?.()}:${process.getgid?.()}`,
    })
      .replaceAll('http://%s:8008%s', `http://%s:${port}%s`)
      .replaceAll('/secrets/registration_shared_secret', join(root, 'shared'));
    const request = JSON.stringify([{ mint: 'draupnir', displayname: 'Draupnir', renew: true }]);
    const ran = await runWith(
      { docker: 'shift 5; exec python3 "$@"' },
      `printf '%s' '${request}' | {\n${text}\n}`,
    );
    expect(ran.stdout, ran.stderr).toContain('MB-REPLIES [{"status": 200');
    expect(ran.stdout).not.toContain('alive');
    expect(readFileSync(join(root, 'secrets/draupnir/access_token'), 'utf8')).toBe('alive\n');
    expect(account).toMatchObject({ deactivated: false, locked: false, logout_devices: true });
  } finally {
    synapse.close();
  }
});
