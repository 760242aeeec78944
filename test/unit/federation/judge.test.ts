import { beforeAll, describe, expect, it } from 'vitest';
import { CODES } from '../../../src/federation/codes.ts';
import type { AddressEvidence, Evidence, NetError } from '../../../src/federation/evidence.ts';
import { judge, type Profile } from '../../../src/federation/judge.ts';
import { Lab } from './lab/lab.ts';

/** A healthy server's evidence, to be spoilt by hand where a real fault would take too long or another machine. */
let healthy: Evidence;
beforeAll(async () => {
  const lab = await Lab.open();
  await lab.healthy();
  healthy = (await lab.check()).evidence;
  await lab.close();
});

function spoilt(
  change: (address: AddressEvidence) => AddressEvidence,
  more: Partial<Evidence> = {},
): Evidence {
  return { ...healthy, ...more, addresses: healthy.addresses.map(change) };
}

function found(evidence: Evidence, profile: Profile = 'spec'): string[] {
  return judge(evidence, profile).findings.map((one) => `${one.code.slice(-3)} ${one.severity}`);
}

const late: NetError = { phase: 'http', code: 'DEADLINE', message: 'no complete answer in time' };
type Keys = NonNullable<AddressEvidence['keys']>;
const keys = (one: AddressEvidence): Keys => one.keys as Keys;

describe('slow keys', () => {
  it('after 10 seconds are too slow', () => {
    expect(found(spoilt((one) => ({ ...one, keys: { ...keys(one), ms: 10_001 } })))).toEqual(['025 error']);
    expect(found(spoilt((one) => ({ ...one, keys: { ...keys(one), ms: 9_999 } })))).toEqual([]);
  });

  it('that never come are too slow when there were 10 seconds for them, and missing otherwise', () => {
    const never = (ms: number) =>
      spoilt((one) => ({ ...one, keys: { url: 'https://x/', at: '', ms, error: late } }));
    expect(found(never(12_000))).toEqual(['025 error']);
    expect(found(never(4_000))).toEqual(['121 error']);
  });
});

describe('TLS', () => {
  const tls = (change: Partial<NonNullable<AddressEvidence['tls']>>) =>
    spoilt((one) => ({ ...one, tls: { chain: [], ...one.tls, ...change } }));
  const issued = (issuer: string) =>
    (healthy.addresses[0]?.tls?.chain ?? []).map((link) => ({ ...link, issuer }));

  it('1.1 is a warning, if it comes about at all', () => {
    expect(found(tls({ protocol: 'TLSv1.1' }))).toEqual(['115 warning']);
  });

  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'CN=Some Company Root', '116'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CN=Caddy Local Authority - ECC Intermediate', '012'],
    [
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      "C=US\nO=(STAGING) Let's Encrypt\nCN=(STAGING) Riddling Rhubarb R12",
      '116',
    ],
    ['CERT_HAS_EXPIRED', 'CN=Old Intermediate', '116'],
  ])('%s of %j', (authorizationError, issuer, code) => {
    expect(found(tls({ authorizationError, chain: issued(issuer) }))).toEqual([`${code} error`]);
  });

  it.each([
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', '115 error'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', '026 error'],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', '114 error'],
    ['ECONNRESET', '114 error'],
  ])('does not come about: %s', (code, expected) => {
    const error: NetError = { phase: 'tls', code, message: code };
    const failed = spoilt(({ target, tcp }) => ({
      target,
      ...(tcp ? { tcp } : {}),
      version: { url: '', at: '', ms: 1, error },
    }));
    expect(found(failed)).toEqual([expected]);
  });
});

describe('what this machine cannot see', () => {
  it('is not held against the server', () => {
    const [first] = healthy.addresses;
    if (!first) throw new Error('no address');
    const v6: AddressEvidence = { target: { ...first.target, ip: '::1', family: 6 }, skipped: 'no-route' };
    const mixed = { ...healthy, addresses: [v6, first] };
    expect(judge(mixed).verdict).toBe('green');
    expect(found(mixed)).toEqual(['135 info']);
    expect(judge({ ...healthy, addresses: [v6] }).verdict).toBe('unknown');
  });
});

describe('profiles', () => {
  const skewed = () => ({ ...healthy, settings: { ...healthy.settings, privateNetworks: [] } });

  it('the Go tester does not mind private addresses', () => {
    expect(found(skewed(), 'go')).toEqual([]);
    expect(found(skewed(), 'spec')).toEqual(['033 error']);
  });

  it('the strictest peer minds what the specification only asks for', () => {
    const chain = healthy.wellKnown?.map((one) => ({
      exchanges: one.exchanges.map((x) => ({ ...x, headers: { 'content-type': 'text/html' } })),
    }));
    const plain: Evidence = { ...healthy, ...(chain ? { wellKnown: chain } : {}) };
    expect(found(plain, 'spec')).toEqual(['105 warning']);
    expect(found(plain, 'strict')).toEqual(['105 error']);
    expect(found(plain, 'go')).toEqual([]);
  });
});

it('judges by the time of the evidence', () => {
  const later = new Date(Date.parse(healthy.started) + 200 * 86_400_000).toISOString();
  expect(found({ ...healthy, started: later })).toEqual(['015 error', '123 error']);
});

it('every code has a title and a reason that end as they should', () => {
  for (const [code, { title, why }] of Object.entries(CODES)) {
    expect(code).toMatch(/^MB-FED-\d{3}$/);
    expect(title).not.toMatch(/\.$/);
    expect(why).toMatch(/\.$/);
  }
});
