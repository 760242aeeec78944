import { describe, expect, test, vi } from 'vitest';
import { Refusal } from '../../../src/errors.ts';
import { fingerprint, parseKnownHosts } from '../../../src/host/known-hosts.ts';
import type { HostKey, KeyFamily, TrustOptions } from '../../../src/host/trust.ts';
import { algorithmsFor, establishTrust, refuseKey } from '../../../src/host/trust.ts';

const ED: HostKey = {
  type: 'ssh-ed25519',
  key: 'AAAAC3NzaC1lZDI1NTE5AAAAIFxbxcFfTyOkIVMctQcWa7nkeaT1xIghMSuCLFRDGisk',
};
const OLD: HostKey = {
  type: 'ssh-ed25519',
  key: 'AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
};
const RSA: HostKey = { type: 'ssh-rsa', key: 'AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==' };

/** A server that shows its ed25519 key unless it is asked for another family. */
function world(known: string, options: Partial<TrustOptions> = {}) {
  const fetchKey = vi.fn(
    async (family?: KeyFamily) => ({ ed25519: ED, rsa: RSA, ecdsa: undefined })[family ?? 'ed25519'],
  );
  const remember = vi.fn(async () => {});
  const all: TrustOptions = {
    host: 'box',
    name: 'box',
    known: parseKnownHosts(known, 'kh'),
    fetchKey,
    remember,
    ...options,
  };
  return { all, fetchKey, remember, trust: () => establishTrust(all) };
}

const refusal = (code: string) => expect.objectContaining({ text: expect.objectContaining({ code }) });

describe('first contact', () => {
  test('a yes is written down; the question has the fingerprint and the type', async () => {
    const confirm = vi.fn(async () => true);
    const { trust, remember } = world('', { confirm });
    expect(await trust()).toEqual([ED]);
    expect(confirm).toHaveBeenCalledWith({
      host: 'box',
      type: 'ssh-ed25519',
      fingerprint: fingerprint(ED.key),
    });
    expect(remember).toHaveBeenCalledExactlyOnceWith(ED);
  });

  test('a no is a refusal, and nothing is written', async () => {
    const { trust, remember } = world('', { confirm: async () => false });
    await expect(trust()).rejects.toEqual(refusal('MB-SSH-HOSTKEY-DECLINED'));
    expect(remember).not.toHaveBeenCalled();
  });

  test('without anybody to ask it is a refusal that names the flag', async () => {
    const { trust } = world('');
    const error = await trust().catch((caught: Refusal) => caught);
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Refusal).text.fix?.join()).toContain(`--host-key ${fingerprint(ED.key)}`);
  });

  test('a revoked key is not even asked about', async () => {
    const confirm = vi.fn(async () => true);
    const { trust } = world(`@revoked * ${ED.type} ${ED.key}`, { confirm });
    await expect(trust()).rejects.toEqual(refusal('MB-SSH-HOSTKEY-REVOKED'));
    expect(confirm).not.toHaveBeenCalled();
  });
});

describe('a host that is known', () => {
  test('its keys are good without asking it, and no other is', async () => {
    const { trust, fetchKey, all } = world(`box ${OLD.type} ${OLD.key}\nbox ${RSA.type} ${RSA.key}`);
    expect(await trust()).toEqual([OLD, RSA]);
    expect(fetchKey).not.toHaveBeenCalled();
    expect(() => refuseKey(all, ED, [OLD, RSA])).toThrow(refusal('MB-SSH-HOSTKEY-CHANGED'));
  });

  test('a changed key comes with the line to remove the old one, and with the warning first', () => {
    const { all } = world(`box ${OLD.type} ${OLD.key}`, { name: '[box]:2222' });
    const changed = { ...all, known: parseKnownHosts(`[box]:2222 ${OLD.type} ${OLD.key}`, '/h/kh') };
    try {
      refuseKey(changed, ED, [OLD]);
      expect.unreachable();
    } catch (error) {
      const fix = (error as Refusal).text.fix ?? [];
      expect(fix[0]).toMatch(/ask the provider/);
      expect(fix.at(-1)).toBe("ssh-keygen -R '[box]:2222' -f /h/kh");
    }
  });

  test('a revoked one of its keys is not good', async () => {
    const { trust } = world(
      `box ${OLD.type} ${OLD.key}\nbox ${RSA.type} ${RSA.key}\n@revoked * ${OLD.type} ${OLD.key}`,
    );
    expect(await trust()).toEqual([RSA]);
  });
});

describe('a fingerprint that was given', () => {
  test('is enough at first contact, and written down', async () => {
    const { trust, remember } = world('', { pin: fingerprint(ED.key) });
    expect(await trust()).toEqual([ED]);
    expect(remember).toHaveBeenCalledOnce();
  });

  test('may be that of a key that the server does not show first', async () => {
    const { trust } = world('', { pin: fingerprint(RSA.key) });
    expect(await trust()).toEqual([RSA]);
  });

  test('of no key of the server is a refusal that shows them all', async () => {
    const { trust } = world('', { pin: fingerprint(OLD.key) });
    const error = (await trust().catch((caught: unknown) => caught)) as Refusal;
    expect(error.text.code).toBe('MB-SSH-HOSTKEY-MISMATCH');
    expect(error.text.why).toContain(fingerprint(ED.key));
    expect(error.text.why).toContain(fingerprint(RSA.key));
  });

  test('does not make a changed key good', async () => {
    const { trust } = world(`box ${OLD.type} ${OLD.key}`, { pin: fingerprint(ED.key) });
    await expect(trust()).rejects.toEqual(refusal('MB-SSH-HOSTKEY-CHANGED'));
  });

  test('narrows the known keys to one', async () => {
    const { trust } = world(`box ${ED.type} ${ED.key}\nbox ${RSA.type} ${RSA.key}`, {
      pin: fingerprint(RSA.key),
    });
    expect(await trust()).toEqual([RSA]);
  });
});

test('the algorithms of the known keys are offered, and SHA-1 is not', () => {
  expect(algorithmsFor([RSA, ED, RSA])).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
});
