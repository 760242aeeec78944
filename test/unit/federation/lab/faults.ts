import type { CheckOptions } from '../../../../src/federation/check.ts';
import { ENCODED_EVENT_PATH, EVENT_PATH } from '../../../../src/federation/paths.ts';
import { KEY, keyDocument, SigningKey } from './keys.ts';
import { Lab, V4, V4_OTHER, V6 } from './lab.ts';
import { type Answer, apex, homeserver, json } from './server.ts';

/** The laboratory that the cases are made in; each test file opens its own. */
export let lab: Lab;
export async function openLab(): Promise<void> {
  lab = await Lab.open();
}

export const SERVER = '/.well-known/matrix/server';
const CLIENT = '/.well-known/matrix/client';
const VERSIONS = '/_matrix/client/versions';
export const KEYS = '/_matrix/key/v2/server';
export const VERSION = '/_matrix/federation/v1/version';
const HTML = { body: '<!doctype html><title>Shop</title>', headers: { 'Content-Type': 'text/html' } };
const DAY = 86_400_000;
export const serverName = 'example.org';
const OWN = { delegated: 'matrix.example.org:443', baseUrl: 'https://matrix.example.org' };
const OTHER_KEY = new SigningKey('ed25519:a_Lab2', 'b3RoZXIta2V5LW9mLXRoZS1mZWRlcmF0aW9uLXRlc3Q');
const PUBLISHED_KEY = new SigningKey('ed25519:1', 'YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1');

export interface Fault {
  readonly fault: string;
  readonly make: () => Promise<void>;
  readonly name?: string;
  readonly options?: Partial<CheckOptions>;
  /** Codes in the order of the report; `!` error, `?` warning, `.` information. */
  readonly codes: readonly string[];
  readonly verdict: 'green' | 'red' | 'unknown';
}

const redirect = (to: string, status = 302) => ({
  status,
  headers: { Location: to, 'Access-Control-Allow-Origin': '*' },
});
const replaced = (answers: Parameters<Lab['healthy']>[0]) => () => lab.healthy(answers);
/** The homeserver answers on 8448 of the name too. */
const withFallback = (answers: Parameters<Lab['healthy']>[0]) => () =>
  lab.healthy(answers, [`${V4}:443`, `${V4}:8448`]);
export const certificate = (options: Parameters<Lab['leaf']>[0]) => async () => {
  await lab.healthy();
  lab.dns({ 'matrix.example.org': { A: [V4_OTHER] } });
  await lab.internet.https([`${V4_OTHER}:443`], await lab.leaf(options), homeserver(serverName));
};
const NAMES = ['matrix.example.org'];
/** What Dendrite 0.13.8 says to those who do not sign: an error without an errcode. */
const DENDRITE_REFUSAL = json(
  { message: 'Missing "Authorization: X-Matrix ..." HTTP header' },
  { status: 401 },
);
const CLIENT_UNREACHED = '031?';

const HEALTHY: readonly Fault[] = [
  { fault: 'nothing: well-known with a port', make: () => lab.healthy(), codes: [], verdict: 'green' },
  {
    fault: 'nothing: as our own server',
    make: () => lab.healthy(),
    options: { own: { ...OWN, keys: { [KEY.id]: KEY.public } } },
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'nothing: explicit port, which is never looked up in well-known',
    name: 'example.org:8448',
    make: async () => {
      lab.dns({ 'example.org': { A: [V4] } });
      await lab.internet.https([`${V4}:8448`], lab.good, homeserver('example.org:8448'));
    },
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'nothing: IP literal with a certificate for the address',
    name: V4,
    make: async () => lab.internet.https([`${V4}:8448`], await lab.leaf({ names: [V4] }), homeserver(V4)),
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'nothing: SRV with a certificate for the name',
    make: async () => {
      lab.dns({
        'example.org': { A: [V4] },
        '_matrix-fed._tcp.example.org': { SRV: [{ target: 'host.example.net', port: 9999 }] },
        'host.example.net': { A: [V4_OTHER] },
      });
      await lab.internet.https([`${V4}:443`], lab.good, () => undefined);
      await lab.internet.https([`${V4_OTHER}:9999`], lab.good, homeserver(serverName));
    },
    codes: ['101.'],
    verdict: 'green',
  },
  {
    fault: 'nothing: no well-known, but 8448 answers',
    make: withFallback({ [SERVER]: { status: 404 } }),
    codes: ['101.'],
    verdict: 'green',
  },
  {
    fault: 'nothing: as Dendrite 0.13.8 answers',
    make: () =>
      lab.healthy({
        [VERSION]: json({ server: { version: '0.13.8', name: 'Dendrite' } }),
        [KEYS]: json(keyDocument({ serverName, validUntil: Date.now() + 7 * DAY + 50 })),
        [VERSIONS]: json({ versions: ['v1.2'], unstable_features: { 'org.matrix.e2e_cross_signing': true } }),
        [EVENT_PATH]: DENDRITE_REFUSAL,
        [ENCODED_EVENT_PATH]: DENDRITE_REFUSAL,
        '/.well-known/matrix/support': json(
          { errcode: 'M_UNRECOGNIZED', error: 'Unrecognized request' },
          { status: 404 },
        ),
      }),
    codes: ['144.'],
    verdict: 'green',
  },
];

const WELL_KNOWN: readonly Fault[] = [
  { fault: 'a website answers', make: replaced({ [SERVER]: HTML }), codes: ['001!', '008!'], verdict: 'red' },
  {
    fault: 'a website answers, and 8448 works',
    make: withFallback({ [SERVER]: HTML }),
    codes: ['001?'],
    verdict: 'green',
  },
  {
    fault: 'redirected to www, which has no such file',
    make: async () => {
      await lab.healthy({ [SERVER]: redirect(`https://www.example.org${SERVER}`) });
      lab.dns({ 'www.example.org': { A: [V4_OTHER] } });
      await lab.internet.https([`${V4_OTHER}:443`], lab.good, () => HTML);
    },
    codes: ['002!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'redirected to www, which has it',
    make: async () => {
      await lab.healthy({ [SERVER]: redirect(`https://www.example.org${SERVER}`) });
      lab.dns({ 'www.example.org': { A: [V4_OTHER] } });
      await lab.internet.https(
        [`${V4_OTHER}:443`],
        lab.good,
        homeserver(serverName, apex(OWN.delegated, OWN.baseUrl)),
      );
    },
    codes: ['002.'],
    verdict: 'green',
  },
  {
    fault: '308',
    make: replaced({
      [SERVER]: redirect('/elsewhere', 308),
      '/elsewhere': json({ 'm.server': OWN.delegated }),
    }),
    codes: ['003?'],
    verdict: 'green',
  },
  {
    fault: '308, strictly',
    make: replaced({
      [SERVER]: redirect('/elsewhere', 308),
      '/elsewhere': json({ 'm.server': OWN.delegated }),
    }),
    options: { profile: 'strict' },
    codes: ['003!'],
    verdict: 'red',
  },
  {
    fault: 'a redirect loop',
    make: replaced({ [SERVER]: redirect('/b'), '/b': redirect(SERVER) }),
    codes: ['004!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'a redirect loop, and 8448 works',
    make: withFallback({ [SERVER]: redirect('/b'), '/b': redirect(SERVER) }),
    codes: ['004?'],
    verdict: 'green',
  },
  {
    fault: 'm.server is a number, and 8448 works',
    make: withFallback({ [SERVER]: json({ 'm.server': 443 }) }),
    codes: ['103?'],
    verdict: 'green',
  },
  {
    fault: 'https:// in m.server, and 8448 works',
    make: withFallback({ [SERVER]: json({ 'm.server': 'https://matrix.example.org' }) }),
    codes: ['005!'],
    verdict: 'red',
  },
  {
    fault: 'https:// in m.server',
    make: replaced({ [SERVER]: json({ 'm.server': 'https://matrix.example.org' }) }),
    codes: ['005!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'a path in m.server',
    make: replaced({ [SERVER]: json({ 'm.server': 'matrix.example.org/' }) }),
    codes: ['005!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'broken JSON',
    make: replaced({ [SERVER]: json('{"m.server": "matrix.example.org:443",}') }),
    codes: ['006!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'no m.server',
    make: replaced({ [SERVER]: json({ 'm.homeserver': {} }) }),
    codes: ['103!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'no port in m.server',
    make: replaced({ [SERVER]: json({ 'm.server': 'matrix.example.org' }) }),
    codes: ['007!'],
    verdict: 'red',
  },
  {
    fault: 'no well-known and 8448 closed',
    make: replaced({ [SERVER]: { status: 404 } }),
    codes: ['101!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'our own is not published, although 8448 answers',
    make: withFallback({ [SERVER]: { status: 404 } }),
    options: { own: OWN },
    codes: ['101!'],
    verdict: 'red',
  },
  {
    fault: '8448 behind Cloudflare',
    make: replaced({ [SERVER]: { status: 404, headers: { 'CF-RAY': '8a-VIE', Server: 'cloudflare' } } }),
    codes: ['101!', '009!'],
    verdict: 'red',
  },
  {
    fault: 'a bot challenge',
    make: replaced({ [SERVER]: { status: 403, headers: { 'cf-mitigated': 'challenge' }, body: '<html>' } }),
    codes: ['010!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'text/plain',
    make: replaced({
      [SERVER]: json({ 'm.server': OWN.delegated }, { headers: { 'Content-Type': 'text/plain' } }),
    }),
    codes: ['105?'],
    verdict: 'green',
  },
  {
    fault: 'server error',
    make: replaced({ [SERVER]: { status: 500 } }),
    codes: ['103!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'an old copy',
    make: replaced({ [SERVER]: json({ 'm.server': 'example.org:443' }) }),
    options: { own: OWN },
    codes: ['034!'],
    verdict: 'red',
  },
  {
    fault: 'the apex is elsewhere, without HTTPS',
    make: async () => {
      await lab.healthy();
      lab.dns({ 'example.org': { A: [V4_OTHER] } });
    },
    options: { own: OWN },
    codes: ['102!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'the apex shows a certificate for another name',
    make: async () => {
      await lab.healthy();
      lab.dns({ 'example.org': { A: [V4_OTHER] } });
      const files = apex(OWN.delegated, OWN.baseUrl);
      await lab.internet.https(
        [`${V4_OTHER}:443`],
        await lab.leaf({ names: ['hosting.example.net'] }),
        homeserver('x', files),
      );
    },
    codes: ['102!', '008!'],
    verdict: 'red',
  },
];

/** Cases that need a loopback with IPv6. */
export const FAMILIES: readonly Fault[] = [
  {
    fault: 'a dead IPv6 address',
    make: async () => {
      await lab.healthy();
      lab.dns({ 'matrix.example.org': { A: [V4], AAAA: [V6] } });
    },
    codes: ['016!'],
    verdict: 'red',
  },
  {
    fault: 'well-known on IPv4 only',
    make: async () => {
      await lab.healthy();
      lab.dns({ 'example.org': { A: [V4], AAAA: [V6] } });
      await lab.internet.https([`${V6}:443`], lab.good, () => HTML);
    },
    codes: ['017!', '140?'],
    verdict: 'red',
  },
  {
    fault: 'dead IPv6, but only IPv4 is asked for',
    make: async () => {
      await lab.healthy();
      lab.dns({ 'matrix.example.org': { A: [V4], AAAA: [V6] } });
    },
    options: { only: 4 },
    codes: [],
    verdict: 'green',
  },
];

const TLS: readonly Fault[] = [
  {
    fault: 'the intermediate is missing',
    make: certificate({ names: NAMES, intermediate: 'missing' }),
    codes: ['011!', CLIENT_UNREACHED],
    verdict: 'red',
  },
  {
    fault: 'self-signed',
    make: certificate({ names: NAMES, selfSigned: true }),
    codes: ['012!', CLIENT_UNREACHED],
    verdict: 'red',
  },
  {
    fault: 'another name',
    make: certificate({ names: ['www.example.org'] }),
    codes: ['013!', CLIENT_UNREACHED],
    verdict: 'red',
  },
  {
    fault: 'a wildcard of the wrong depth',
    make: certificate({ names: ['*.org'] }),
    codes: ['013!', CLIENT_UNREACHED],
    verdict: 'red',
  },
  {
    fault: 'a fitting wildcard',
    make: certificate({ names: ['*.example.org'] }),
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'expired',
    make: certificate({
      names: NAMES,
      from: new Date(Date.now() - 90 * DAY),
      to: new Date(Date.now() - DAY),
    }),
    codes: ['015!', CLIENT_UNREACHED],
    verdict: 'red',
  },
  {
    fault: 'not valid yet',
    make: certificate({ names: NAMES, from: new Date(Date.now() + DAY) }),
    codes: ['117!', CLIENT_UNREACHED],
    verdict: 'red',
  },
  {
    fault: 'expires in a week',
    make: certificate({ names: NAMES, to: new Date(Date.now() + 7 * DAY) }),
    codes: ['118?'],
    verdict: 'green',
  },
  {
    fault: 'an unknown authority',
    make: () => lab.healthy(),
    options: { extraCa: '' },
    codes: ['102!', '008!'],
    verdict: 'red',
  },
  {
    fault: 'SRV with a certificate for the target',
    make: async () => {
      lab.dns({
        'example.org': { A: [V4] },
        '_matrix-fed._tcp.example.org': { SRV: [{ target: 'matrix.example.net', port: 8448 }] },
        'matrix.example.net': { A: [V4_OTHER] },
      });
      await lab.internet.https([`${V4}:443`], lab.good, () => undefined);
      await lab.internet.https(
        [`${V4_OTHER}:8448`],
        await lab.leaf({ names: ['matrix.example.net'] }),
        homeserver(serverName),
      );
    },
    codes: ['101!', '014!'],
    verdict: 'red',
  },
  {
    fault: 'plain HTTP',
    make: async () => {
      await lab.healthy({ [SERVER]: json({ 'm.server': 'matrix.example.org:8008' }) });
      await lab.internet.http([`${V4}:8008`], homeserver(serverName));
    },
    codes: ['026!'],
    verdict: 'red',
  },
];

const DNS: readonly Fault[] = [
  { fault: 'no such name', make: async () => undefined, codes: ['111!'], verdict: 'red' },
  {
    fault: 'the delegated name does not exist',
    make: replaced({ [SERVER]: json({ 'm.server': 'gone.example.org:443' }) }),
    codes: ['111!'],
    verdict: 'red',
  },
  {
    fault: 'SRV fails',
    make: async () => {
      await lab.healthy({ [SERVER]: json({ 'm.server': 'matrix.example.org' }) });
      lab.dns({ '_matrix-fed._tcp.matrix.example.org': { rcode: 2 } });
    },
    codes: ['020!'],
    verdict: 'red',
  },
  {
    fault: 'the apex has no address, and SRV leads to the homeserver',
    make: async () => {
      lab.dns({
        'example.org': {},
        '_matrix-fed._tcp.example.org': { SRV: [{ target: 'host.example.net', port: 9999 }] },
        'host.example.net': { A: [V4] },
      });
      await lab.internet.https([`${V4}:9999`], lab.good, homeserver(serverName));
    },
    codes: ['102.'],
    verdict: 'green',
  },
  {
    fault: 'SRV points to an alias',
    make: async () => {
      await lab.healthy({ [SERVER]: json({ 'm.server': 'matrix.example.org' }) });
      lab.dns({
        '_matrix-fed._tcp.matrix.example.org': { SRV: [{ target: 'alias.example.org', port: 443 }] },
        'alias.example.org': { CNAME: 'matrix.example.org' },
      });
    },
    codes: ['019!'],
    verdict: 'red',
  },
  {
    fault: 'SRV says there is none',
    make: async () => {
      await lab.healthy({ [SERVER]: json({ 'm.server': 'matrix.example.org' }) });
      lab.dns({ '_matrix-fed._tcp.matrix.example.org': { SRV: [{ target: '', port: 0 }] } });
    },
    codes: ['132!'],
    verdict: 'red',
  },
  {
    fault: 'a private address',
    make: () => lab.healthy(),
    options: { privateNetworks: ['10.0.0.0/8'] },
    codes: ['033!', '031?'],
    verdict: 'red',
  },
  {
    fault: 'an invalid name',
    make: async () => undefined,
    name: 'https://example.org',
    codes: ['110!'],
    verdict: 'red',
  },
];

const ANSWERS: readonly Fault[] = [
  {
    fault: 'nothing of /_matrix is routed',
    make: replaced({ [KEYS]: { status: 404 }, [VERSION]: { status: 404 } }),
    codes: ['018!'],
    verdict: 'red',
  },
  {
    fault: 'the homeserver is down',
    make: replaced({ [KEYS]: { status: 502 }, [VERSION]: { status: 502 } }),
    codes: ['119!'],
    verdict: 'red',
  },
  { fault: 'version is a web page', make: replaced({ [VERSION]: HTML }), codes: ['119!'], verdict: 'red' },
  {
    fault: 'version without a name',
    make: replaced({ [VERSION]: json({ server: { version: '1' } }) }),
    codes: ['120?'],
    verdict: 'green',
  },
  {
    fault: 'keys redirected',
    make: replaced({ [KEYS]: redirect('/elsewhere') }),
    codes: ['121!'],
    verdict: 'red',
  },
  {
    fault: 'keys are no JSON',
    make: replaced({ [KEYS]: json('{"server_name":') }),
    codes: ['121!'],
    verdict: 'red',
  },
  {
    fault: 'keys as text/plain',
    make: replaced({
      [KEYS]: json(keyDocument({ serverName }), { headers: { 'Content-Type': 'text/plain' } }),
    }),
    codes: ['122!'],
    verdict: 'red',
  },
  {
    fault: 'keys as text/plain, to the Go tester',
    make: replaced({
      [KEYS]: json(keyDocument({ serverName }), { headers: { 'Content-Type': 'text/plain' } }),
    }),
    options: { profile: 'go' },
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'another server_name, and nothing else is alarmed',
    make: replaced({ [SERVER]: HTML, [KEYS]: json(keyDocument({ serverName: 'example.net' })) }),
    name: 'example.org',
    codes: ['022!'],
    verdict: 'red',
  },
  {
    fault: 'keys of the past',
    make: replaced({ [KEYS]: json(keyDocument({ serverName, validUntil: Date.now() - 60_000 })) }),
    codes: ['123!'],
    verdict: 'red',
  },
  {
    fault: 'keys for ten minutes',
    make: replaced({ [KEYS]: json(keyDocument({ serverName, validUntil: Date.now() + 600_000 })) }),
    codes: ['124?'],
    verdict: 'green',
  },
  {
    fault: 'keys for a year',
    make: replaced({ [KEYS]: json(keyDocument({ serverName, validUntil: Date.now() + 365 * DAY })) }),
    codes: ['125.'],
    verdict: 'green',
  },
  {
    fault: 'no keys',
    make: replaced({ [KEYS]: json(keyDocument({ serverName, more: { verify_keys: {} } })) }),
    codes: ['126!'],
    verdict: 'red',
  },
  {
    fault: 'a short key',
    make: replaced({
      [KEYS]: json(keyDocument({ serverName, more: { verify_keys: { [KEY.id]: { key: 'AAAA' } } } })),
    }),
    codes: ['126!', '126!'],
    verdict: 'red',
  },
  {
    fault: 'a key with a hyphen',
    make: replaced({
      [KEYS]: json(
        keyDocument({
          serverName,
          key: new SigningKey('ed25519:a-b', 'b3RoZXIta2V5LW9mLXRoZS1mZWRlcmF0aW9uLXRlc3Q'),
        }),
      ),
    }),
    codes: ['127?'],
    verdict: 'green',
  },
  {
    fault: 'changed after signing',
    make: replaced({
      [KEYS]: json(
        keyDocument({
          serverName,
          after: { old_verify_keys: { 'ed25519:old': { key: KEY.public, expired_ts: 1 } } },
        }),
      ),
    }),
    codes: ['128!'],
    verdict: 'red',
  },
  {
    fault: 'a second key that did not sign',
    make: replaced({
      [KEYS]: json(
        keyDocument({
          serverName,
          more: { verify_keys: { [KEY.id]: { key: KEY.public }, [OTHER_KEY.id]: { key: OTHER_KEY.public } } },
        }),
      ),
    }),
    codes: ['128!'],
    verdict: 'red',
  },
  {
    fault: 'a key both current and old',
    make: replaced({
      [KEYS]: json(
        keyDocument({
          serverName,
          more: { old_verify_keys: { [KEY.id]: { key: KEY.public, expired_ts: 1 } } },
        }),
      ),
    }),
    codes: ['129!'],
    verdict: 'red',
  },
  {
    fault: 'the key of the test vectors',
    make: replaced({ [KEYS]: json(keyDocument({ serverName, key: PUBLISHED_KEY })) }),
    codes: ['130!'],
    verdict: 'red',
  },
  {
    fault: 'a fraction in the keys',
    make: replaced({ [KEYS]: json(keyDocument({ serverName, after: { extra: 1.5 } })) }),
    codes: ['131!'],
    verdict: 'red',
  },
  {
    fault: 'reinstalled with a new key',
    make: replaced({ [KEYS]: json(keyDocument({ serverName, key: OTHER_KEY })) }),
    options: { own: { ...OWN, keys: { [KEY.id]: KEY.public } } },
    codes: ['023!'],
    verdict: 'red',
  },
  {
    fault: 'rotated properly',
    make: replaced({
      [KEYS]: json(
        keyDocument({
          serverName,
          key: OTHER_KEY,
          more: { old_verify_keys: { [KEY.id]: { key: KEY.public, expired_ts: 1 } } },
        }),
      ),
    }),
    options: { own: { ...OWN, keys: { [KEY.id]: KEY.public } } },
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'a wrong clock',
    make: replaced({
      [VERSION]: json(
        { server: { name: 'Synapse', version: '1' } },
        { headers: { Date: new Date(Date.now() - 300_000).toUTCString() } },
      ),
    }),
    codes: ['024?'],
    verdict: 'green',
  },
];

const CLIENTS: readonly Fault[] = [
  { fault: 'no client file', make: replaced({ [CLIENT]: { status: 404 } }), codes: [], verdict: 'green' },
  {
    fault: 'no CORS',
    make: replaced({
      [CLIENT]: {
        body: JSON.stringify({ 'm.homeserver': { base_url: OWN.baseUrl } }),
        headers: { 'Content-Type': 'application/json' },
      },
    }),
    codes: ['030?'],
    verdict: 'green',
  },
  {
    fault: 'no CORS on a redirect',
    make: replaced({
      [CLIENT]: { status: 302, headers: { Location: '/c' } },
      '/c': json({ 'm.homeserver': { base_url: OWN.baseUrl } }),
    }),
    codes: ['030?'],
    verdict: 'green',
  },
  {
    fault: 'no CORS on our own server',
    make: replaced({ [CLIENT]: { body: JSON.stringify({ 'm.homeserver': { base_url: OWN.baseUrl } }) } }),
    options: { own: OWN },
    codes: ['030!'],
    verdict: 'red',
  },
  {
    fault: 'a base_url that does not answer',
    make: replaced({ [CLIENT]: json({ 'm.homeserver': { base_url: 'https://gone.example.org' } }) }),
    codes: ['031?'],
    verdict: 'green',
  },
  {
    fault: 'a homeserver without sliding sync',
    make: replaced({ [VERSIONS]: json({ versions: ['v1.1'], unstable_features: {} }) }),
    codes: ['144.'],
    verdict: 'green',
  },
  {
    fault: 'our own, whose sliding sync is switched off',
    make: replaced({
      [VERSIONS]: json({ versions: ['v1.1'], unstable_features: { 'org.matrix.simplified_msc3575': false } }),
    }),
    options: { own: OWN },
    codes: ['144?'],
    verdict: 'green',
  },
  {
    fault: 'a base_url without https',
    make: replaced({ [CLIENT]: json({ 'm.homeserver': { base_url: 'matrix.example.org' } }) }),
    codes: ['031?'],
    verdict: 'green',
  },
  {
    fault: 'another base_url than ours',
    make: replaced({ [CLIENT]: json({ 'm.homeserver': { base_url: 'https://example.org/' } }) }),
    options: { own: OWN },
    codes: ['031!'],
    verdict: 'red',
  },
  {
    fault: 'a client file that is a web page',
    make: replaced({ [CLIENT]: HTML }),
    codes: ['140?'],
    verdict: 'green',
  },
  {
    fault: 'a support file without contacts',
    make: replaced({ '/.well-known/matrix/support': json({}) }),
    codes: ['141.'],
    verdict: 'green',
  },
];

const UNKNOWN_EVENT = json({ errcode: 'M_UNAUTHORIZED', error: 'Missing headers' }, { status: 401 });
/** A proxy in front: what it does with a path before the homeserver sees it. */
const behind = (proxy: (url: string) => Answer | string) => async () => {
  await lab.healthy();
  lab.dns({ 'matrix.example.org': { A: [V4_OTHER] } });
  const inside = homeserver(serverName);
  await lab.internet.https([`${V4_OTHER}:443`], lab.good, (request) => {
    const passed = proxy(request.url ?? '');
    if (typeof passed !== 'string') return passed;
    request.url = passed;
    return inside(request);
  });
};

const ROUTES: readonly Fault[] = [
  {
    fault: 'the proxy decodes paths (nginx: a URI after proxy_pass)',
    make: behind((url) => url.replaceAll('%2F', '/')),
    codes: ['027?'],
    verdict: 'green',
  },
  {
    fault: 'the proxy does not find paths with %2F (Apache: AllowEncodedSlashes Off)',
    make: behind((url) => (url.includes('%2F') ? { ...HTML, status: 404 } : url)),
    codes: ['027?'],
    verdict: 'green',
  },
  {
    fault: 'the proxy refuses encoded characters (Traefik 3.6.4)',
    make: behind((url) => (/%2F|%23/.test(url) ? { status: 400 } : url)),
    codes: ['028?'],
    verdict: 'green',
  },
  {
    fault: 'only version and keys are routed',
    make: behind((url) => (url === VERSION || url === KEYS ? url : { ...HTML, status: 404 })),
    codes: ['029!', CLIENT_UNREACHED],
    verdict: 'red',
  },
  {
    fault: 'nothing: events answered by a homeserver that reads every path',
    make: behind((url) => (url.includes('/event/') ? UNKNOWN_EVENT : url)),
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'nothing: events that are slow to be refused with 502',
    make: behind((url) => (url.includes('/event/') ? { status: 502 } : url)),
    codes: [],
    verdict: 'green',
  },
];

const LEFTOVERS: readonly Fault[] = [
  {
    fault: 'an SRV record leads elsewhere than well-known',
    make: async () => {
      await lab.healthy();
      lab.dns({ '_matrix._tcp.example.org': { SRV: [{ target: 'old.example.org', port: 8448 }] } });
    },
    codes: ['021?'],
    verdict: 'green',
  },
  {
    fault: 'nothing: an SRV record leads where well-known leads',
    make: async () => {
      await lab.healthy();
      lab.dns({ '_matrix._tcp.example.org': { SRV: [{ target: 'Matrix.example.org', port: 443 }] } });
    },
    codes: [],
    verdict: 'green',
  },
];

/** SRV of the old service, which is the only one that the public tester knows. */
const legacySrv = (target: string, port: number) => async () => {
  lab.dns({
    'example.org': { A: [V4] },
    '_matrix._tcp.example.org': { SRV: [{ target, port }] },
    'host.example.net': { A: [V4_OTHER] },
    'alias.example.net': { CNAME: 'host.example.net' },
  });
  await lab.internet.https([`${V4}:443`], lab.good, () => undefined);
  await lab.internet.https([`${V4_OTHER}:9999`], lab.good, homeserver(serverName));
};
const oldKey = (key: string) =>
  replaced({
    [KEYS]: json(
      keyDocument({ serverName, more: { old_verify_keys: { 'ed25519:old': { key, expired_ts: 1 } } } }),
    ),
  });

/** What the public tester and the specification are likely to see otherwise. */
const TESTER: readonly Fault[] = [
  {
    fault: 'nothing: a name with a port, where a well-known leads elsewhere',
    name: 'example.org:8448',
    make: async () => {
      lab.dns({ 'example.org': { A: [V4] } });
      const files = apex('gone.example.org:443', OWN.baseUrl);
      await lab.internet.https([`${V4}:8448`], lab.good, homeserver('example.org:8448', files));
    },
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'nothing: an IP literal with a port',
    name: `${V4}:9999`,
    make: async () => {
      const pair = await lab.leaf({ names: [V4] });
      await lab.internet.https([`${V4}:9999`], pair, homeserver(`${V4}:9999`));
    },
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'nothing: m.server is an IP literal',
    make: async () => {
      await lab.healthy({ [SERVER]: json({ 'm.server': `${V4_OTHER}:9999` }) });
      const pair = await lab.leaf({ names: [V4_OTHER] });
      await lab.internet.https([`${V4_OTHER}:9999`], pair, homeserver(serverName));
    },
    codes: [],
    verdict: 'green',
  },
  {
    fault: 'nothing: SRV of the old service',
    make: legacySrv('host.example.net', 9999),
    codes: ['101.'],
    verdict: 'green',
  },
  {
    fault: 'SRV of the old service points to an alias',
    make: legacySrv('alias.example.net', 9999),
    codes: ['101!', '019!'],
    verdict: 'red',
  },
  {
    fault: 'nothing: both services, of which only the new one leads to the homeserver',
    make: async () => {
      await legacySrv('gone.example.net', 9998)();
      lab.dns({ '_matrix-fed._tcp.example.org': { SRV: [{ target: 'host.example.net', port: 9999 }] } });
    },
    codes: ['101.'],
    verdict: 'green',
  },
  {
    fault: 'both services, of which only the old one leads to the homeserver',
    make: async () => {
      await legacySrv('host.example.net', 9999)();
      lab.dns({ '_matrix-fed._tcp.example.org': { SRV: [{ target: 'host.example.net', port: 9998 }] } });
    },
    codes: ['101!', '113!'],
    verdict: 'red',
  },
  {
    fault: 'SRV fails, and 8448 works',
    make: async () => {
      await lab.healthy({ [SERVER]: json({ 'm.server': 'matrix.example.org' }) }, [
        `${V4}:443`,
        `${V4}:8448`,
      ]);
      lab.dns({ '_matrix-fed._tcp.matrix.example.org': { rcode: 2 } });
    },
    codes: ['020!'],
    verdict: 'red',
  },
  {
    fault: 'keys redirected to where they are',
    make: replaced({ [KEYS]: redirect('/keys'), '/keys': json(keyDocument({ serverName })) }),
    codes: ['121!'],
    verdict: 'red',
  },
  {
    fault: 'version whose server is a text',
    make: replaced({ [VERSION]: json({ server: 'Synapse' }) }),
    codes: ['120?'],
    verdict: 'green',
  },
  {
    fault: 'nothing: base64 with padding',
    make: replaced({
      [KEYS]: json(
        keyDocument({ serverName, more: { verify_keys: { [KEY.id]: { key: `${KEY.public}=` } } } }),
      ),
    }),
    codes: [],
    verdict: 'green',
  },
  { fault: 'an old key that is not base64', make: oldKey('x'), codes: ['134!'], verdict: 'red' },
  { fault: 'an old key of three bytes', make: oldKey('AAAA'), codes: ['137!'], verdict: 'red' },
  {
    fault: 'keys until a date with an exponent',
    make: replaced({
      [KEYS]: json(keyDocument({ serverName, validUntil: 4e12 }).replace('4000000000000', '4e12')),
    }),
    codes: ['123!'],
    verdict: 'red',
  },
];

/** All cases but those that need IPv6. */
export const CASES: readonly (readonly [group: string, cases: readonly Fault[]])[] = [
  ['healthy servers raise nothing', HEALTHY],
  ['well-known', WELL_KNOWN],
  ['certificates', TLS],
  ['DNS', DNS],
  ['version and keys', ANSWERS],
  ['clients', CLIENTS],
  ['routes', ROUTES],
  ['left over in DNS', LEFTOVERS],
  ['the public tester', TESTER],
];

/** Cases that take longer than peers are willing to wait. */
export const SLOW: readonly Fault[] = [
  {
    fault: 'keys that come after 11 seconds',
    make: replaced({
      [KEYS]: { stream: (response) => setTimeout(() => response.end(keyDocument({ serverName })), 11_000) },
    }),
    options: { timeout: 20_000 },
    codes: ['025!'],
    verdict: 'red',
  },
];

/**
 * Every server of the catalogue once, to be judged in all profiles: without the cases that look at the same server in
 * another way (a profile, one family only).
 */
export const SERVERS: readonly (Fault & { readonly needsV6: boolean })[] = [
  ...CASES.flatMap(([, cases]) => cases.map((one) => ({ ...one, needsV6: false }))),
  ...FAMILIES.map((one) => ({ ...one, needsV6: true })),
].filter(({ options }) => options?.profile === undefined && options?.only === undefined);
