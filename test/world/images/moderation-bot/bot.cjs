/**
 * Does of a moderation bot what the product relies on: reads Draupnir's or Mjolnir's configuration and secrets from where
 * they do, comes into the management room, watches the lists of its account data, and answers Synapse's module by them.
 */
const fs = require('node:fs');
const http = require('node:http');
const yaml = require('js-yaml');

const option = (name) => {
  const place = process.argv.indexOf(name);
  return place < 0 ? undefined : process.argv[place + 1];
};
const read = (path) => yaml.load(fs.readFileSync(path, 'utf8'));
const firstLine = (path) => fs.readFileSync(path, 'utf8').split('\n')[0];

const draupnir = () => {
  const path = option('--draupnir-config');
  if (path === undefined) return undefined;
  return {
    ...read(path),
    accessToken: firstLine(option('--access-token-path')),
    key: firstLine(option('--http-antispam-authorization-path')),
  };
};

/** node-config: `production` of each folder, then `local` of each. */
const mjolnir = () => {
  const folders = process.env.NODE_CONFIG_DIR.split(':');
  const found = ['production.yaml', 'production.json', 'local.yaml', 'local.json']
    .flatMap((name) => folders.map((folder) => `${folder}/${name}`))
    .filter((path) => fs.existsSync(path))
    .map(read);
  const all = Object.assign({}, ...found);
  return { ...all, web: found[0].web, key: all.web.synapseHTTPAntispam.authorization };
};

const config = draupnir() ?? mjolnir();
const { homeserverUrl: server, accessToken, managementRoom, key } = config;

const ask = async (method, path, body) => {
  const reply = await fetch(`${server}/_matrix/client/v3${path}`, {
    method,
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json = await reply.json();
  if (!reply.ok)
    throw Object.assign(new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(json)}`), { json });
  return json;
};
const quietly = (work) => work.catch(() => undefined);
const id = encodeURIComponent;

/** Rooms of the references in the account data; one that cannot be joined keeps the bot from starting, as Draupnir's does. */
const watchedRooms = async (userId) => {
  const data = await quietly(ask('GET', `/user/${id(userId)}/account_data/org.matrix.mjolnir.watched_lists`));
  const rooms = [];
  for (const link of data?.references ?? []) {
    const [, room] = /^https:\/\/matrix\.to\/#\/([^/?]+)/.exec(link) ?? [];
    rooms.push((await ask('POST', `/join/${room}`, {})).room_id);
  }
  return rooms;
};

const matches = (glob, text) =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

const isBanned = async (inviter, rooms) => {
  const serverName = inviter.slice(inviter.indexOf(':') + 1);
  for (const room of rooms)
    for (const { type, content } of await ask('GET', `/rooms/${id(room)}/state`)) {
      if (content?.recommendation !== 'm.ban') continue;
      if (type === 'm.policy.rule.server' && matches(content.entity, serverName)) return true;
      const reasons = config.automaticallyRedactForReasons;
      if (
        type === 'm.policy.rule.user' &&
        reasons.includes(content.reason) &&
        matches(content.entity, inviter)
      )
        return true;
    }
  return false;
};

const bodyOf = async (request) => {
  let text = '';
  for await (const piece of request) text += piece;
  return JSON.parse(text || '{}');
};

const main = async () => {
  let healthy = false;
  const { healthz } = config.health;
  http
    .createServer((_, response) => response.writeHead(healthy ? 200 : 418).end())
    .listen(healthz.port, healthz.address);
  const { user_id: userId } = await ask('GET', '/account/whoami');
  const { room_id: room } = await ask('POST', `/join/${id(managementRoom)}`, {});
  if (await quietly(ask('GET', `/rooms/${id(room)}/state/m.room.encryption`)))
    throw new Error('the room is encrypted');
  const rooms = await watchedRooms(userId);
  const data = await quietly(
    ask('GET', `/user/${id(userId)}/account_data/org.matrix.mjolnir.enabled_protections`),
  );
  const blocks =
    option('--draupnir-config') === undefined || data?.enabled.includes('BlockInvitationsOnServerProtection');
  fs.writeFileSync(`${config.dataPath}/bot.json`, JSON.stringify({ userId }));
  await ask('PUT', `/rooms/${id(room)}/send/m.room.message/${Date.now()}`, {
    msgtype: 'm.notice',
    body: 'Startup complete.',
  });
  http
    .createServer(async (request, response) => {
      const answer = (status, body) => response.writeHead(status).end(JSON.stringify(body));
      if (request.headers.authorization !== `Bearer ${key}`) return answer(401, {});
      const body = await bodyOf(request);
      if (request.url === '/api/1/spam_check/ping') return answer(200, { id: body.id, status: 'ok' });
      if (request.url !== '/api/1/spam_check/user_may_invite') return answer(404, {});
      if (blocks && (await isBanned(body.inviter, rooms)))
        return answer(400, {
          errcode: 'M_FORBIDDEN',
          error: 'You are not allowed to send invitations to this homeserver',
        });
      answer(200, {});
    })
    .listen(config.web.port, config.web.address);
  healthy = true;
};

process.on('SIGTERM', () => process.exit(0));
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
