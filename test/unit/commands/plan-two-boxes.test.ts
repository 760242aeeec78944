import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { RAVELIN, runPlan } from './run-plan.ts';

const TWO_BOXES = [...RAVELIN, '--db-host', 'root@192.0.2.8'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a budget for each machine, Postgres in the second one only', async () => {
  const { code, stdout } = await runPlan(...TWO_BOXES);
  expect(code).toBe(0);
  const [app = '', box = ''] = stdout.split(/^The database machine, root@192\.0\.2\.8/m);
  expect(app).toMatch(/^Sum +16384 of 16384 MiB$/m);
  expect(app).not.toMatch(/^Postgres +\d+ MiB/m);
  expect(app).toContain('Postgres: on another machine; these pools need max_connections of 75 there.');
  expect(box).toMatch(/^Postgres +\d{5} MiB/m);
  expect(box).toMatch(/^Sum +16384 of 16384 MiB$/m);
  expect(box).not.toContain('Synapse');
  expect(box).toContain('max_connections 75');
});

test('the lines of both budgets as data, each with the sum of its machine', async () => {
  const { stdout } = await runPlan(...TWO_BOXES, '--json');
  const { budget, databaseBox } = JSON.parse(stdout) as Record<
    'budget' | 'databaseBox',
    {
      lines: { what: string; mib: number }[];
      budget: { box: number; lines: { what: string; mib: number }[] };
    }
  >;
  const sum = (lines: { mib: number }[]) => lines.reduce((total, { mib }) => total + mib, 0);
  expect(sum(budget.lines)).toBe(16384);
  expect(sum(databaseBox.budget.lines)).toBe(databaseBox.budget.box);
  expect(databaseBox.budget.lines.map(({ what }) => what)).toEqual([
    'Operating system and Docker',
    'Postgres',
    'Page cache, not planned',
  ]);
});

test('without a second machine there is no second budget', async () => {
  expect(JSON.parse((await runPlan(...RAVELIN, '--json')).stdout)).not.toHaveProperty('databaseBox');
  expect((await runPlan(...RAVELIN)).stdout).not.toContain('database machine');
});

test("the second machine's files in a folder of their own; only the first machine gets in, encrypted", async () => {
  expect((await runPlan(...TWO_BOXES, '--out', folder)).code).toBe(0);
  const root = join(folder, 'database-machine/opt/matrix-bastion');
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const rules = read('postgres/config/pg_hba.conf')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(rules.map((rule) => rule.split(/ +/))).toEqual([
    ['local', 'all', 'all', 'trust'],
    ['hostssl', 'synapse', 'synapse', '192.0.2.2/32', 'scram-sha-256'],
    ['hostssl', 'synapse', 'synapse', '192.0.2.1/32', 'scram-sha-256'],
    ['host', 'all', 'all', 'all', 'reject'],
  ]);
  const { services } = parse(read('compose.yaml')) as {
    services: Record<string, { command: string[]; network_mode: string; ports?: string[] }>;
  };
  expect(Object.keys(services)).toEqual(['postgres']);
  expect(services.postgres).toMatchObject({ network_mode: 'host' });
  expect(services.postgres?.command).toEqual(
    expect.arrayContaining([
      '--listen_addresses=192.0.2.2',
      '--ssl=on',
      '--ssl_min_protocol_version=TLSv1.3',
      '--password_encryption=scram-sha-256',
      '--max_connections=75',
    ]),
  );
  expect(read('state/database.of')).toBe('example.org\n');
});
