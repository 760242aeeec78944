import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasRoute } from '../../../src/federation/probe/route.ts';
import {
  CASES,
  certificate,
  FAMILIES,
  type Fault,
  KEYS,
  lab,
  openLab,
  SERVER,
  SLOW,
  VERSION,
} from './lab/faults.ts';
import { codes, V4, V4_OTHER, V6 } from './lab/lab.ts';
import { homeserver, json } from './lab/server.ts';

beforeAll(openLab);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const haveV6 = await hasRoute(V6);

async function prove({ make, name, options, codes: expected, verdict }: Fault): Promise<void> {
  await make();
  const check = await lab.check(name, options);
  expect(codes(check)).toEqual(expected);
  expect(check.verdict.verdict).toBe(verdict);
  for (const finding of check.verdict.findings) expect(finding.fix.length).toBeGreaterThan(0);
}

describe.each([...CASES])('%s', (_, faults) => {
  it.each([...faults])('$fault', prove);
});

describe.skipIf(!haveV6)('both families', () => {
  it.each([...FAMILIES])('$fault', prove);
});

describe('what the remedy says', () => {
  it('names the place of a JSON error', async () => {
    await lab.healthy({ [SERVER]: json('{\n  "m.server": matrix.example.org:443\n}') });
    const { verdict } = await lab.check();
    expect(verdict.findings[0]?.seen).toBe('unexpected character at line 2, column 15');
  });

  it('names the names of a certificate', async () => {
    await certificate({ names: ['www.example.org'] })();
    const { verdict } = await lab.check();
    expect(verdict.findings[0]?.seen).toBe(
      'the certificate has DNS:www.example.org; it needs matrix.example.org',
    );
  });

  it('names the server that was meant', async () => {
    lab.dns({ 'matrix.example.org': { A: [V4] } });
    await lab.internet.https([`${V4}:443`], lab.good, homeserver('example.org'));
    const { verdict } = await lab.check('matrix.example.org');
    expect(verdict.findings.map((one) => one.code)).toEqual(['MB-FED-022']);
    expect(verdict.findings[0]?.fix[0]).toContain('check example.org');
  });

  it('joins the same fault at two addresses', async () => {
    await lab.healthy({ [KEYS]: { status: 502 }, [VERSION]: { status: 502 } }, [
      `${V4}:443`,
      `${V4_OTHER}:443`,
    ]);
    lab.dns({ 'matrix.example.org': { A: [V4, V4_OTHER] } });
    const { verdict } = await lab.check();
    expect(verdict.findings.map((one) => one.where)).toEqual([`${V4}:443, ${V4_OTHER}:443`]);
  });
});

/** 032 is what the host alone sees: host-probe.test.ts. */
it('every fault of the catalogue is made for real', () => {
  const made = new Set(
    [...CASES.flatMap(([, faults]) => faults), ...FAMILIES, ...SLOW].flatMap((one) =>
      one.codes.map((code) => code.slice(0, 3)),
    ),
  );
  const catalogue = Array.from({ length: 34 }, (_, index) => String(index + 1).padStart(3, '0'));
  expect(catalogue.filter((code) => !made.has(code))).toEqual(['032']);
});
