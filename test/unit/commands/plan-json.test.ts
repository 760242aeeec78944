import { expect, test } from 'vitest';
import { RAVELIN, runPlan } from './run-plan.ts';

interface Document {
  readonly box: { readonly memoryMib: number };
  readonly budget: {
    readonly plannedMib: number;
    readonly sumMib: number;
    readonly lines: readonly { what: string; mib: number; reason: string; source: string }[];
    readonly processes: readonly { name: string; mib: number; poolMax: number }[];
    readonly postgres: { readonly maxConnections: number };
  };
  readonly layout: readonly string[];
  readonly files: readonly { path: string; sha256: string }[];
}

const documentOf = async (...flags: readonly string[]): Promise<Document> => {
  const { code, stdout, stderr } = await runPlan(...flags, '--json');
  expect(code).toBe(0);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Document;
};

test('the document sums, and its parts agree', async () => {
  const { box, budget, layout } = await documentOf(...RAVELIN);
  const sum = (values: readonly { mib: number }[]) => values.reduce((total, { mib }) => total + mib, 0);
  expect(sum(budget.lines)).toBe(16_384);
  expect(budget.sumMib).toBe(16_384);
  expect(box.memoryMib).toBe(16_384);
  const free = budget.lines.find(({ what }) => what.startsWith('Page cache'));
  expect(free?.mib).toBeGreaterThan(0);
  expect(budget.plannedMib).toBe(16_384 - (free?.mib ?? 0));
  expect(budget.processes.length).toBeGreaterThan(1);
  expect(sum(budget.lines.filter(({ what }) => what.startsWith('Synapse')))).toBe(sum(budget.processes));
  const pools = budget.processes.reduce((total, { poolMax }) => total + poolMax, 0);
  expect(pools).toBeLessThan(budget.postgres.maxConnections);
  expect(layout.length).toBeGreaterThan(0);
  for (const { reason, source } of budget.lines) expect([reason, source]).not.toContain('');
});

test('the keys, in their order: scripts rely on them', async () => {
  expect(Object.keys(await documentOf(...RAVELIN))).toEqual([
    ...['format', 'domain', 'matrixHost', 'tier', 'rooms', 'box', 'budget', 'layout', 'diskForecast'],
    ...['assumptions', 'files', 'notes'],
  ]);
});

test('the same input gives the same bytes', async () => {
  const [one, other] = [await runPlan(...RAVELIN, '--json'), await runPlan(...RAVELIN, '--json')];
  expect(one.stdout).toBe(other.stdout);
});

test('every file is named with its checksum, and none of them is a secret', async () => {
  const { files } = await documentOf(...RAVELIN);
  expect(files.map(({ path }) => path)).toContain('/opt/matrix-bastion/synapse/config/homeserver.yaml');
  for (const { path, sha256 } of files) {
    expect(path).not.toMatch(/secrets|signing/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});

test('a box below the floor leaves stdout empty', async () => {
  const { code, stdout } = await runPlan(...RAVELIN, '--memory', '600M', '--json');
  expect(code).toBe(2);
  expect(stdout).toBe('');
});
