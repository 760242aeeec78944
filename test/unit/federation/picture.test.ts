import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judge } from '../../../src/federation/judge.ts';
import { hasRoute } from '../../../src/federation/probe/route.ts';
import { Lab, V4, V4_OTHER, V6 } from './lab/lab.ts';
import { homeserver } from './lab/server.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const haveV6 = await hasRoute(V6);
const MARKS = { good: '✓', warning: '!', bad: '✗', unknown: '·' } as const;

/** `✓ 2 matrix.example.org: 1 address`; details in brackets. */
async function drawn(options: Parameters<Lab['check']>[1] = {}, name?: string): Promise<string[]> {
  const { verdict } = await lab.check(name, options);
  return verdict.picture.map(({ mark, depth, name: what, says, detail }) => {
    const line = `${MARKS[mark]} ${depth} ${what}${says === '' ? '' : `: ${says}`}`;
    return detail ? `(${line})` : line;
  });
}
const short = (rows: readonly string[]) => rows.filter((row) => !row.startsWith('('));

describe('the picture', () => {
  it('of a healthy server has one line for each step of the way', async () => {
    await lab.healthy();
    const rows = await drawn();
    expect(short(rows)).toEqual([
      '✓ 0 example.org',
      '✓ 1 well-known: leads to matrix.example.org:443',
      '✓ 2 matrix.example.org: 1 address',
      `✓ 3 ${V4}:443: TLSv1.3, Synapse 1.163.2`,
      '✓ 1 clients: are sent to https://matrix.example.org',
    ]);
    expect(rows.filter((row) => row.startsWith('(✓ 4'))).toHaveLength(7);
  });

  it('marks the one address that is dead', async ({ skip }) => {
    if (!haveV6) return skip('no IPv6 on this machine');
    await lab.healthy();
    lab.dns({ 'matrix.example.org': { A: [V4], AAAA: [V6] } });
    const rows = short(await drawn());
    expect(rows).toContain('✓ 2 matrix.example.org: 2 addresses');
    expect(rows.find((row) => row.includes(V6))).toMatch(/^✗ 3 \[::1\]:443: .*refused/);
    expect(rows.find((row) => row.includes(V4))).toMatch(/^✓/);
  });

  it('marks the check that fails below its address', async () => {
    await lab.healthy();
    lab.dns({ 'matrix.example.org': { A: [V4_OTHER] } });
    const leaf = await lab.leaf({ names: ['www.example.org'], intermediate: 'sent' });
    await lab.internet.https([`${V4_OTHER}:443`], leaf, homeserver('example.org'));
    const rows = await drawn();
    expect(rows).toContain('(✗ 4 certificate: The certificate is for another name (MB-FED-013))');
    expect(rows).toContain(`✗ 3 ${V4_OTHER}:443: TLSv1.3, Synapse 1.163.2`);
  });

  it('of a name that belongs to another server says just that', async () => {
    await lab.healthy();
    const rows = await drawn({}, 'matrix.example.org');
    expect(rows[0]).toBe('✗ 0 matrix.example.org: it calls itself example.org');
    expect(rows.slice(1).every((row) => row.startsWith('·'))).toBe(true);
  });

  it('is the same when the evidence is judged again', async () => {
    await lab.healthy();
    const { evidence, verdict } = await lab.check();
    expect(judge(JSON.parse(JSON.stringify(evidence)))).toEqual(verdict);
  });
});
