import { expect, it, test } from 'vitest';
import { elementConfig } from '../../../../src/render/client/element.ts';
import { inputOf } from '../scenarios.ts';
import { CALLS_IF_SET, DEFAULT_HOSTS } from './element-defaults.ts';

type Config = Readonly<Record<string, unknown>>;

const { answers } = inputOf('family-garrison');
const config = JSON.parse(elementConfig(answers)) as Config & {
  readonly setting_defaults: Config;
  readonly desktop_builds: Config;
};
const OWN = ['example.org', 'matrix.example.org', 'chat.example.org'];

/** What we say at `a.b`; undefined where the default is kept. */
const ours = (path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Config | undefined)?.[key], config);

/** Default hosts that stay in the merged configuration, because nothing shows or follows them. */
const isOutOfUse = (path: string): boolean => {
  if (path.startsWith('feedback.')) return config.setting_defaults['UIFeature.feedback'] === false;
  // Both spellings are one setting, and ours wins (element-web, src/utils/SnakedObject.ts).
  if (/^desktop_?[bB]uilds\./.test(path)) return config.desktop_builds.available === false;
  return false;
};

/** Links that a person on a phone may follow to get an app: nothing is called before. */
const APPS = ['mobile_builds.ios', 'mobile_builds.android', 'mobile_builds.fdroid'];

test.each(Object.entries(DEFAULT_HOSTS).filter(([path]) => !APPS.includes(path)))(
  "Element's %s leads to %s no more",
  (path, host) => {
    const value = ours(path);
    expect(value !== undefined || isOutOfUse(path), path).toBe(true);
    expect(JSON.stringify(value ?? null)).not.toContain(host);
  },
);

it('names no host but our own', () => {
  const named = JSON.stringify(config).match(/[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|com|io|im|net|dev|me)\b/g);
  expect(new Set(named)).toEqual(new Set(OWN));
});

test.each(CALLS_IF_SET)('%s, which would call somebody, is left out', (key) => {
  expect(config).not.toHaveProperty([key]);
});
