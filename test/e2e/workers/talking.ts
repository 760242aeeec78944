/**
 * What people do, run where the operator is: accounts as JSON on standard input, a line for each thing proved. Ends
 * with the reason of the first that fails.
 */
import type { Account } from './accounts.ts';
import { Person, type Reply, readInput } from './matrix.ts';

const expect = (condition: boolean, otherwise: string): void => {
  if (!condition) throw new Error(otherwise);
};

const prove = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const begun = performance.now();
  try {
    const result = await work();
    console.log(`${((performance.now() - begun) / 1000).toFixed(2)} ${what}`);
    return result;
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
};

const accounts = await readInput<Record<'alice' | 'carol' | 'bob', Account>>();
const alice = await prove('a person logs in', () => Person.login(accounts.alice));
const carol = await prove('another person logs in', () => Person.login(accounts.carol));
const bob = await prove('a person of another server logs in', () => Person.login(accounts.bob));
const own = accounts.alice.domain;
const suffix = Date.now().toString(36);

const room: string = await prove('a public room is created', async () => {
  const body = await alice.ok('POST', '/createRoom', {
    preset: 'public_chat',
    room_alias_name: `hall-${suffix}`,
  });
  return body.room_id;
});
const at = (path: string) => `/rooms/${encodeURIComponent(room)}${path}`;
const joined = (sync: Reply['body']) => sync.rooms?.join?.[room] ?? {};
const timeline = (sync: Reply['body']): { type: string; sender: string; content: Record<string, string> }[] =>
  joined(sync).timeline?.events ?? [];
const ephemeral = (
  sync: Reply['body'],
): { type: string; content: Record<string, never> & { user_ids?: string[] } }[] =>
  joined(sync).ephemeral?.events ?? [];
const text = (sync: Reply['body'], body: string) =>
  timeline(sync).some((event) => event.content.body === body);

await prove('others join, from here and over federation', async () => {
  for (const person of [carol, bob]) {
    await person.ok('POST', `/join/${encodeURIComponent(`#hall-${suffix}:${own}`)}`, {});
  }
});
for (const person of [alice, carol, bob]) await person.sync(0);

const first = await prove('a message wakes a sync that waits', async () => {
  const waiting = carol.sees('a message', (sync) => text(sync, 'good morning'));
  const id = await alice.send(room, 'good morning');
  await waiting;
  return id;
});
await prove('the message reaches the other server', () =>
  bob.sees('the message', (sync) => text(sync, 'good morning')),
);
await prove('an answer comes back from it', async () => {
  await bob.send(room, 'good evening');
  await alice.sees('the answer', (sync) => text(sync, 'good evening'));
});
await prove('sliding sync shows the room', async () => {
  const body = await carol.ok(
    'POST',
    '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0',
    {
      lists: { all: { ranges: [[0, 20]], required_state: [], timeline_limit: 5 } },
    },
  );
  expect(body.rooms?.[room] !== undefined, `rooms: ${Object.keys(body.rooms ?? {})}`);
});
await prove('typing is seen here and there', async () => {
  await alice.ok('PUT', at(`/typing/${encodeURIComponent(alice.userId)}`), { typing: true, timeout: 30_000 });
  const seen = (sync: Reply['body']) =>
    ephemeral(sync).some(
      ({ type, content }) => type === 'm.typing' && content.user_ids?.includes(alice.userId),
    );
  await carol.sees('typing', seen);
  await bob.sees('typing', seen);
});
await prove('a receipt is seen here and there', async () => {
  await carol.ok('POST', at(`/receipt/m.read/${encodeURIComponent(first)}`), {});
  await carol.ok('POST', at('/read_markers'), { 'm.fully_read': first });
  const seen = (sync: Reply['body']) =>
    ephemeral(sync).some(
      ({ type, content }) => type === 'm.receipt' && JSON.stringify(content).includes(carol.userId),
    );
  await alice.sees('a receipt', seen);
  await bob.sees('a receipt', seen);
});
await prove('messages to devices arrive here and there', async () => {
  const messages = {
    [carol.userId]: { [carol.deviceId]: { hello: 'carol' } },
    [bob.userId]: { [bob.deviceId]: { hello: 'bob' } },
  };
  await alice.ok('PUT', `/sendToDevice/org.example.test/${suffix}`, { messages });
  const seen = (name: string) => (sync: Reply['body']) =>
    (sync.to_device?.events ?? []).some((event: Reply['body']) => event.content?.hello === name);
  await carol.sees('a message to the device', seen('carol'));
  await bob.sees('a message to the device', seen('bob'));
});
await prove('account data and tags are kept and seen', async () => {
  const user = `/user/${encodeURIComponent(alice.userId)}`;
  await alice.ok('PUT', `${user}/account_data/org.example.note`, { note: suffix });
  await alice.ok('PUT', `${user}/rooms/${encodeURIComponent(room)}/tags/m.favourite`, { order: 0.5 });
  await alice.sees('account data', (sync) =>
    (sync.account_data?.events ?? []).some((event: Reply['body']) => event.content?.note === suffix),
  );
  const { note } = await alice.ok('GET', `${user}/account_data/org.example.note`);
  expect(note === suffix, `kept ${note}`);
  const { tags } = await alice.ok('GET', `${user}/rooms/${encodeURIComponent(room)}/tags`);
  expect(tags['m.favourite'] !== undefined, JSON.stringify(tags));
});
await prove('presence is seen', async () => {
  const path = `/presence/${encodeURIComponent(alice.userId)}/status`;
  await alice.ok('PUT', path, { presence: 'online', status_msg: suffix });
  await carol.sees('presence', (sync) =>
    (sync.presence?.events ?? []).some((event: Reply['body']) => event.content?.status_msg === suffix),
  );
  const status = await carol.ok('GET', path);
  expect(status.status_msg === suffix, JSON.stringify(status));
});
await prove('push rules are written, read and taken away', async () => {
  const rule = `/pushrules/global/content/${suffix}`;
  await alice.ok('PUT', rule, { pattern: suffix, actions: ['notify'] });
  expect((await alice.ok('GET', rule)).pattern === suffix, 'another rule');
  await alice.ok('DELETE', rule);
  expect((await alice.ask('GET', rule)).status === 404, 'the rule is still there');
});
const keys = (person: Person) => ({
  device_keys: {
    user_id: person.userId,
    device_id: person.deviceId,
    algorithms: ['m.olm.v1.curve25519-aes-sha2', 'm.megolm.v1.aes-sha2'],
    keys: {
      [`curve25519:${person.deviceId}`]: 'c'.repeat(43),
      [`ed25519:${person.deviceId}`]: 'e'.repeat(43),
    },
    signatures: { [person.userId]: { [`ed25519:${person.deviceId}`]: 's'.repeat(86) } },
  },
  one_time_keys: { 'signed_curve25519:AAAAAA': { key: 'k'.repeat(43), signatures: {} } },
});
await prove('device keys are published, and the change is told here and there', async () => {
  const changed = (sync: Reply['body']) => (sync.device_lists?.changed ?? []).includes(alice.userId);
  await alice.ok('POST', '/keys/upload', keys(alice));
  await carol.sees('a changed device list', changed);
  await bob.sees('a changed device list', changed);
});
await prove('device keys are asked for here and over federation', async () => {
  for (const person of [carol, bob]) {
    const { device_keys } = await person.ok('POST', '/keys/query', { device_keys: { [alice.userId]: [] } });
    expect(device_keys[alice.userId]?.[alice.deviceId] !== undefined, JSON.stringify(device_keys));
  }
});
await prove('a one-time key is claimed over federation, and by nobody else after that', async () => {
  const claim = { one_time_keys: { [alice.userId]: { [alice.deviceId]: 'signed_curve25519' } } };
  const { one_time_keys } = await bob.ok('POST', '/keys/claim', claim);
  expect(one_time_keys[alice.userId]?.[alice.deviceId] !== undefined, JSON.stringify(one_time_keys));
  const again = await carol.ok('POST', '/keys/claim', claim);
  expect(again.one_time_keys[alice.userId]?.[alice.deviceId] === undefined, 'the same key twice');
});
await prove('a device is renamed and read back', async () => {
  await alice.ok('PUT', `/devices/${alice.deviceId}`, { display_name: 'desk' });
  const { devices } = await alice.ok('GET', '/devices');
  expect(JSON.stringify(devices).includes('desk'), JSON.stringify(devices));
});
await prove('a profile is changed, and read here and over federation', async () => {
  await alice.ok('PUT', `/profile/${encodeURIComponent(alice.userId)}/displayname`, {
    displayname: 'Alice A.',
  });
  for (const person of [carol, bob]) {
    const profile = await person.ok('GET', `/profile/${encodeURIComponent(alice.userId)}`);
    expect(profile.displayname === 'Alice A.', JSON.stringify(profile));
  }
});
await prove('state is set and read', async () => {
  await alice.ok('PUT', at('/state/m.room.topic'), { topic: 'tidy rooms' });
  expect((await carol.ok('GET', at('/state/m.room.topic'))).topic === 'tidy rooms', 'another topic');
  expect((await carol.ok('GET', at('/state'))).length > 5, 'little state');
  expect(
    Object.keys((await carol.ok('GET', at('/joined_members'))).joined).length === 3,
    'not three members',
  );
});
await prove('a message is taken back', async () => {
  const id = await alice.send(room, 'a slip of the pen');
  await alice.ok('PUT', at(`/redact/${encodeURIComponent(id)}/${suffix}`), {});
  const event = await carol.ok('GET', at(`/event/${encodeURIComponent(id)}`));
  expect(event.content.body === undefined, JSON.stringify(event.content));
});
await prove('history, context and relations are read', async () => {
  const { chunk } = await carol.ok('GET', at('/messages?dir=b&limit=30'));
  expect(
    chunk.some((event: Reply['body']) => event.content?.body === 'good morning'),
    'no history',
  );
  const context = await carol.ok('GET', at(`/context/${encodeURIComponent(first)}?limit=4`));
  expect(context.event?.event_id === first, 'another event');
  await carol.ok('GET', `/_matrix/client/v1${at(`/relations/${encodeURIComponent(first)}`)}`);
  await carol.ok('GET', `/_matrix/client/v1${at('/threads')}`);
});
await prove('search finds the message', async () => {
  const search = { search_categories: { room_events: { search_term: 'morning' } } };
  const { search_categories } = await carol.ok('POST', '/search', search);
  expect(search_categories.room_events.count > 0, JSON.stringify(search_categories));
});
await prove('the user directory knows the people of the room', async () => {
  const end = Date.now() + 30_000;
  for (;;) {
    const { results } = await alice.ok('POST', '/user_directory/search', { search_term: 'carol', limit: 10 });
    if (results.some((one: Reply['body']) => one.user_id === carol.userId)) return;
    if (Date.now() > end) throw new Error(JSON.stringify(results));
    await new Promise((later) => setTimeout(later, 500));
  }
});
await prove('the alias leads to the room, here and over federation', async () => {
  for (const person of [carol, bob]) {
    const { room_id } = await person.ok(
      'GET',
      `/directory/room/${encodeURIComponent(`#hall-${suffix}:${own}`)}`,
    );
    expect(room_id === room, room_id);
  }
});
await prove('the room directory answers, and keeps rooms out that nobody allowed into it', async () => {
  const { chunk } = await carol.ok('GET', '/publicRooms?limit=20');
  expect(Array.isArray(chunk), JSON.stringify(chunk));
  const publish = `/directory/list/room/${encodeURIComponent(room)}`;
  expect((await alice.ask('PUT', publish, { visibility: 'public' })).status === 403, 'it is published');
  expect((await carol.ok('GET', publish)).visibility === 'private', 'it is in the directory');
});
const bytes = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, index) => (index * seed) % 251);
const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;
await prove('media go up and come down here and over federation', async () => {
  const sent = bytes(300_000, 7);
  const uri = await alice.upload(sent);
  for (const person of [carol, bob]) expect(same(await person.download(uri), sent), 'other bytes');
});
await prove('media of the other server come down here', async () => {
  const sent = bytes(200_000, 11);
  const uri = await bob.upload(sent);
  expect(same(await alice.download(uri), sent), 'other bytes');
});
await prove('twelve MiB are no problem, and the limit is told in words', async () => {
  const sent = bytes(12 * 1024 * 1024, 13);
  expect(same(await carol.download(await alice.upload(sent)), sent), 'other bytes');
  const { 'm.upload.size': limit } = await alice.ok('GET', '/_matrix/client/v1/media/config');
  expect(limit === 50 * 1024 * 1024, String(limit));
});
await prove('a room of the other server is joined and spoken in both ways', async () => {
  const { room_id } = await bob.ok('POST', '/createRoom', {
    preset: 'public_chat',
    room_alias_name: `barn-${suffix}`,
  });
  await alice.ok('POST', `/join/${encodeURIComponent(`#barn-${suffix}:${accounts.bob.domain}`)}`, {});
  const told = (body: string) => (sync: Reply['body']) =>
    (sync.rooms?.join?.[room_id]?.timeline?.events ?? []).some(
      (event: Reply['body']) => event.content?.body === body,
    );
  await alice.send(room_id, 'from afar');
  await bob.sees('a message', told('from afar'));
  await bob.send(room_id, 'welcome');
  await alice.sees('a message', told('welcome'));
});
await prove('somebody is invited, comes, is shown out and stays out', async () => {
  const { room_id } = await alice.ok('POST', '/createRoom', { preset: 'private_chat' });
  const inside = (path: string) => `/rooms/${encodeURIComponent(room_id)}${path}`;
  await alice.ok('POST', inside('/invite'), { user_id: carol.userId });
  await carol.sees('an invitation', (sync) => sync.rooms?.invite?.[room_id] !== undefined);
  await carol.ok('POST', inside('/join'), {});
  await alice.ok('POST', inside('/kick'), { user_id: carol.userId, reason: 'closing time' });
  expect(
    (await carol.ask('PUT', inside(`/send/m.room.message/${suffix}`), { msgtype: 'm.text', body: 'x' }))
      .status === 403,
    'still in',
  );
});
await prove('a key backup is kept and given back', async () => {
  const { version } = await alice.ok('POST', '/room_keys/version', {
    algorithm: 'm.megolm_backup.v1.curve25519-aes-sha2',
    auth_data: { public_key: 'p'.repeat(43), signatures: {} },
  });
  const session = {
    first_message_index: 0,
    forwarded_count: 0,
    is_verified: true,
    session_data: { ciphertext: suffix },
  };
  const path = `/room_keys/keys/${encodeURIComponent(room)}/session?version=${version}`;
  await alice.ok('PUT', path, session);
  expect(JSON.stringify(await alice.ok('GET', path)).includes(suffix), 'another backup');
});
await prove('somebody logs out and is out on every process', async () => {
  await carol.ok('POST', '/logout', {});
  for (const path of ['/sync?timeout=0', '/joined_rooms', '/account/whoami', '/pushrules/']) {
    // Each process forgets the token when it is told, a moment after the answer.
    const end = Date.now() + 30_000;
    while ((await carol.ask('GET', path)).status !== 401) {
      expect(Date.now() < end, `${path} still answers`);
      await new Promise((later) => setTimeout(later, 200));
    }
  }
});
