import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Answers } from '../../../src/answers/answers.ts';
import { PATHS } from '../../../src/render/layout.ts';
import { render } from '../../../src/render/render.ts';
import { secretsScript } from '../../../src/render/secrets-script.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { budgetFor } from '../../../src/sizing/budget-for.ts';
import { sha256 } from '../../../src/steps/compare.ts';
import { inputOf } from './scenarios.ts';

const template = (name: string) =>
  readFileSync(new URL(`../../../templates/${name}`, import.meta.url), 'utf8');
const rendered = (changes: Partial<Answers>, scenario = 'family-garrison') => {
  const input = inputOf(scenario);
  const { moderation: _, ...answers } = input.answers;
  return render({ ...input, answers: { ...answers, ...changes } }, loadTemplates());
};
const text = (desired: ReturnType<typeof render>, path: string) =>
  desired.files.find((file) => file.path === path)?.content;

describe("Synapse's module for the bot", () => {
  test('is the published one, byte by byte, with its licence', () => {
    // synapse_http_antispam-0.5.1-py3-none-any.whl, whose hash on PyPI is sha256:324fbb8a7b79ade34d2414f41cf9c6b0f6b219d62aec0a5a599fa5a1ab12648c.
    expect(sha256(template('synapse_http_antispam.py'))).toBe(
      '904630d6915eabc77202044a692a25d5a7e0414c84b06c8a44e6415337127f3f',
    );
    expect(template('synapse_http_antispam.LICENSE')).toContain('MIT License');
  });

  test.each(['draupnir', 'mjolnir'] as const)(
    'is asked about invitations only, and lets through while %s is down',
    (bot) => {
      const { modules } = parse(text(rendered({ moderation: bot }), PATHS.homeserver) ?? '') as {
        modules: { module: string; config: Record<string, unknown> }[];
      };
      expect(modules).toEqual([
        {
          module: 'synapse_http_antispam.HTTPAntispam',
          config: {
            base_url: `http://${bot}:8080/api/1/spam_check`,
            authorization_path: '/secrets/antispam_authorization',
            do_ping: bot === 'draupnir',
            enabled_callbacks: ['user_may_invite'],
            fail_open: { user_may_invite: true },
          },
        },
      ]);
    },
  );
});

describe('without a bot', () => {
  test('nothing of it is there', () => {
    const desired = rendered({});
    for (const { path, content } of desired.files)
      expect(`${path}\n${content}`).not.toMatch(/draupnir|mjolnir|antispam|PYTHONPATH|modules:/);
    expect(desired.secrets.some(({ path }) => path.includes('antispam'))).toBe(false);
  });
});

describe('the bot in compose.yaml', () => {
  const services = (bot: 'draupnir' | 'mjolnir') =>
    parse(text(rendered({ moderation: bot }), PATHS.compose) ?? '', { merge: true }).services;

  test.each(['draupnir', 'mjolnir'] as const)(
    '%s can write nowhere else, is nobody, publishes nothing, reaches Caddy only',
    (bot) => {
      const all = services(bot);
      expect(all[bot]).toMatchObject({ read_only: true, cap_drop: ['ALL'], networks: ['moderation'] });
      expect(all[bot].ports).toBeUndefined();
      expect(all[bot].user).toMatch(/^1000[23]:/);
      expect(JSON.stringify(all[bot])).not.toMatch(/accessToken|Bearer/);
      const others = Object.entries(all as Record<string, { networks: string[] }>)
        .filter(([name, { networks }]) => name !== bot && networks.includes('moderation'))
        .map(([name]) => name);
      expect(others.sort()).toEqual(['caddy', 'synapse']);
    },
  );

  test('every process of Synapse finds the module', () => {
    const desired = rendered({ moderation: 'draupnir' }, 'newsroom-bulwark-allowlist');
    const all = parse(text(desired, PATHS.compose) ?? '', { merge: true }).services as Record<
      string,
      { environment?: Record<string, string>; networks: string[] }
    >;
    const processes = Object.entries(all).filter(([name]) => name.startsWith('synapse'));
    expect(processes.length).toBeGreaterThan(2);
    for (const [name, { environment, networks }] of processes) {
      expect(environment?.PYTHONPATH, name).toBe('/config');
      expect(networks, name).toContain('moderation');
    }
  });
});

test('the key of the module is made once and is the same on both sides', () => {
  const { secrets } = rendered({ moderation: 'mjolnir' });
  const script = secretsScript(secrets);
  expect(script).toContain(
    "'derived' '/opt/matrix-bastion/secrets/mjolnir/antispam_authorization' '10003:10003' '/opt/matrix-bastion/secrets/synapse/antispam_authorization' ''".replaceAll(
      "'derived'",
      'derived',
    ),
  );
});

test('the bot has a line in the budget, which still sums to the box', () => {
  const box = { vcpus: 2, memoryMib: 2000, diskGib: 40 };
  const plan = (moderation: 'none' | 'draupnir') => budgetFor({ tier: 'custom', rooms: 10, box, moderation });
  const [without, withBot] = [plan('none'), plan('draupnir')];
  if (!without.ok || !withBot.ok) throw new Error('there is a plan for 2 GB');
  for (const { budget } of [without, withBot])
    expect(budget.lines.reduce((sum, { mib }) => sum + mib, 0)).toBe(budget.box);
  expect(withBot.budget.lines.find(({ part }) => part === 'moderation')?.mib).toBeGreaterThan(100);
  const small = budgetFor({
    tier: 'custom',
    rooms: 10,
    box: { ...box, memoryMib: 950 },
    moderation: 'draupnir',
  });
  expect(small).toMatchObject({ ok: false, floorMib: 1156 });
});
