import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seenCertificate } from '../../../src/federation/certificate.ts';
import { lookupAddresses, lookupCaa } from '../../../src/federation/lookup.ts';
import { Lab, V4 } from './lab/lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.reset());

describe('lookupAddresses', () => {
  it('finds both families', async () => {
    lab.dns({ 'example.org': { A: ['198.20.0.1', '198.20.0.2'], AAAA: ['2a00::1'] } });
    const found = await lookupAddresses('example.org', { dns: [lab.names.address] });
    expect({ ...found, a: found.a.toSorted() }).toEqual({
      a: ['198.20.0.1', '198.20.0.2'],
      aaaa: ['2a00::1'],
    });
  });

  it.each([
    ['NXDOMAIN', {}],
    ['NODATA', { 'example.org': {} }],
    ['SERVFAIL', { 'example.org': { rcode: 2 } }],
    ['TIMEOUT', { 'example.org': null }],
  ] as const)('tells %s apart', async (error, zones) => {
    lab.dns(zones);
    expect(await lookupAddresses('example.org', { dns: [lab.names.address], timeout: 300 })).toEqual({
      a: [],
      aaaa: [],
      error,
    });
  });

  it('refuses a name server that is no address', async () => {
    await expect(lookupAddresses('example.org', { dns: ['dns.example.org'] })).rejects.toThrow(
      'must be an IP address',
    );
  });

  it('does not read /etc/hosts', async () => {
    expect(await lookupAddresses('ip6-localhost', { dns: [lab.names.address] })).toEqual({
      a: [],
      aaaa: [],
      error: 'NXDOMAIN',
    });
    expect(lab.names.asked).toContain('A ip6-localhost');
  });
});

describe('lookupCaa', () => {
  const look = (name: string) => lookupCaa(name, { dns: [lab.names.address], timeout: 300 });
  const own = { tag: 'issue', value: 'digicert.com' };

  it("takes a name's own records before those above", async () => {
    lab.dns({
      'm.example.org': {
        CAA: [
          { tag: 'Issue', value: 'letsencrypt.org' },
          { flags: 128, tag: 'iodef', value: 'mailto:x' },
        ],
      },
      'example.org': { CAA: [own] },
    });
    expect(await look('m.example.org')).toEqual({
      at: 'm.example.org',
      properties: [
        { critical: false, tag: 'issue', value: 'letsencrypt.org' },
        { critical: true, tag: 'iodef', value: 'mailto:x' },
      ],
    });
  });

  it('climbs over names without records and names that do not exist, up to the top', async () => {
    lab.dns({ 'example.org': { CAA: [own] } });
    expect(await look('a.b.example.org')).toEqual({
      at: 'example.org',
      properties: [{ critical: false, ...own }],
    });
    lab.dns({ net: {} });
    expect(await look('m.example.net')).toEqual({ properties: [] });
    expect(lab.names.asked).toContain('CAA net');
  });

  it('does not go past name servers that fail: what they hold would have counted', async () => {
    lab.dns({ 'm.example.org': { rcode: 2 }, 'example.org': { CAA: [own] } });
    expect(await look('m.example.org')).toEqual({ properties: [], error: 'SERVFAIL' });
    lab.dns({ 'm.example.org': null, 'example.org': { CAA: [own] } });
    expect(await look('m.example.org')).toEqual({ properties: [], error: 'TIMEOUT' });
  });

  it('is not stopped by a failure above the records that count', async () => {
    lab.dns({ 'm.example.org': { CAA: [own] }, 'example.org': { rcode: 2 } });
    expect(await look('m.example.org')).toMatchObject({ at: 'm.example.org' });
  });
});

describe('seenCertificate', () => {
  const look = async (names: readonly string[], options = {}) => {
    const pair = await lab.leaf({ names, intermediate: 'sent' });
    const server = https.createServer(pair, (_, response) => response.end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const { port } = server.address() as AddressInfo;
      lab.dns({ 'example.org': { A: ['127.0.0.1'] } });
      return await seenCertificate('example.org', {
        port,
        dns: [lab.names.address],
        extraCa: lab.authority.root.cert,
        ...options,
      });
    } finally {
      server.close();
    }
  };

  it('tells what is shown', async () => {
    const seen = await look(['example.org']);
    expect(seen).toMatchObject({
      host: 'example.org',
      ip: '127.0.0.1',
      verified: true,
      issuer: 'CN=Lab Intermediate',
      names: ['DNS:example.org'],
    });
    expect(Date.parse(seen.notAfter ?? '')).toBeGreaterThan(Date.now());
    expect(seen.why).toBeUndefined();
  });

  it('takes an address instead of a lookup', async () => {
    expect(await look(['example.org'], { ip: '127.0.0.1', dns: ['127.0.0.1:1'] })).toMatchObject({
      verified: true,
    });
  });

  it.each([
    ['does not cover example.org', ['www.example.org'], {}],
    ['is not trusted', ['example.org'], { extraCa: '' }],
    ['connection refused', ['example.org'], { port: 1 }],
    ['connection refused', ['example.org'], { ip: V4, port: 1 }],
  ])('says why not: %s', async (why, names, options) => {
    const seen = await look(names, options);
    expect(seen.verified).toBe(false);
    expect(seen.why).toContain(why);
  });

  it('says that a name has no address', async () => {
    expect(await seenCertificate('gone.example', { dns: [lab.names.address] })).toEqual({
      host: 'gone.example',
      verified: false,
      why: 'gone.example has no address in DNS (NXDOMAIN)',
    });
  });

  it('refuses a CA file that is none', async () => {
    await expect(look(['example.org'], { caFile: '/nowhere.pem' })).rejects.toThrow(
      '--ca-file /nowhere.pem cannot be read: ENOENT',
    );
    await expect(look(['example.org'], { caFile: import.meta.filename })).rejects.toThrow(
      'holds no PEM certificate',
    );
  });
});
