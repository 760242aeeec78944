import type { Chain } from './evidence.ts';
import { isObject, type Json, parseJson } from './json.ts';

/** A browser sends its page's origin; the answer says whether that page may read it. */
export const CLIENT_ORIGIN = 'https://app.element.io';

/** `m.homeserver`.`base_url` of a client file's answer; undefined when it has none. */
export function baseUrl(chain: Chain): string | undefined {
  const last = chain.exchanges.at(-1);
  if (last?.status !== 200 || last.body === undefined) return undefined;
  let document: Json;
  try {
    document = parseJson(last.body);
  } catch {
    return undefined;
  }
  const homeserver = isObject(document) ? document.get('m.homeserver') : undefined;
  const url = isObject(homeserver) ? homeserver.get('base_url') : undefined;
  return typeof url === 'string' ? url : undefined;
}

/** Where the versions of a base_url are; undefined when it is not an absolute https URL. */
export function versionsUrl(base: string | undefined): URL | undefined {
  const text = `${base?.replace(/\/+$/, '')}/_matrix/client/versions`;
  if (base === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' ? url : undefined;
}
