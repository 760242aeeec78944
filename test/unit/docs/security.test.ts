import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderHomeserver } from '../../../src/render/homeserver.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { inputOf } from '../render/scenarios.ts';

const text = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');
const rows = [
  ...text.slice(text.indexOf('<!-- settings -->')).matchAll(/^\| `([\w.]+)` \| `(.+?)` \| (.+) \|$/gm),
];
const config = parse(
  renderHomeserver(inputOf('family-garrison'), loadTemplates()['homeserver.yaml']),
) as Record<string, unknown>;

/** `rc_login.address.burst_count` → its value. */
const rendered = (path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], config);

/** Every value below a key as its own path. */
const leaves = (value: unknown, path: string): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, below]) => leaves(below, `${path}.${key}`))
    : [path];

describe('the table of settings', () => {
  test('is read at all', () => {
    expect(rows.length).toBeGreaterThan(20);
  });
  test.each(rows.map(([, path = '', value = '', why = '']) => [path, value, why] as const))(
    '%s is %s',
    (path, value, why) => {
      const found = rendered(path);
      expect(Array.isArray(found) ? JSON.stringify(found) : String(found)).toBe(value);
      expect(why.length).toBeGreaterThan(10);
    },
  );
  test('holds every limit, every policy and every switch of registration', () => {
    const told = rows.map(([, path]) => path);
    const about = Object.entries(config)
      .filter(([key]) =>
        /^rc_|^password_config$|^allow_|^enable_registration_|^registration_requires/.test(key),
      )
      .flatMap(([key, value]) => leaves(value, key));
    expect(about.filter((path) => !told.includes(path))).toEqual([]);
  });
});
