import { isObject, type Json, JsonError, type JsonObject, parseJson } from '../json.ts';

/** The body as a JSON object, or what is wrong with it. */
export function read(body: string): JsonObject | string {
  let document: Json;
  try {
    document = parseJson(body);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return /^\s*</.test(body) ? 'a web page' : `not JSON: ${error.message}`;
  }
  return isObject(document) ? document : 'not a JSON object';
}
