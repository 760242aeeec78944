import type { Evidence } from './evidence.ts';
import { isObject } from './json.ts';
import { read } from './judge/read.ts';
import { decodeBase64, KEY_BYTES } from './signature.ts';

/** The ed25519 keys that the server signs with now, as seen at any address: key id → unpadded base64. */
export function seenKeys({ addresses }: Evidence): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const { keys: answer } of addresses) {
    const document = answer?.status === 200 ? read(answer.body ?? '') : 'none';
    const list = typeof document === 'string' ? undefined : document.get('verify_keys');
    for (const [id, entry] of isObject(list) ? list : []) {
      const text = isObject(entry) ? entry.get('key') : undefined;
      const bytes = typeof text === 'string' ? decodeBase64(text) : undefined;
      if (id.startsWith('ed25519:') && bytes?.length === KEY_BYTES)
        keys[id] = Buffer.from(bytes).toString('base64').replace(/=+$/, '');
    }
  }
  return keys;
}
