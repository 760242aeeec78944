import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judge } from '../../../src/federation/judge.ts';
import { hasRoute } from '../../../src/federation/probe/route.ts';
import { DIFFERENCES } from '../../federation-go/differences.ts';
import { lab, openLab, SERVERS } from './lab/faults.ts';
import { V6 } from './lab/lab.ts';

beforeAll(openLab);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const haveV6 = await hasRoute(V6);

describe('the specification and the public tester', () => {
  it.each(SERVERS.filter((one) => haveV6 || !one.needsV6))('$fault', async (server) => {
    await server.make();
    const { evidence } = await lab.checkAsTester(server);
    const spec = judge(evidence, 'spec').verdict;
    const difference = DIFFERENCES.find((one) => one.fault === server.fault);
    expect({ spec, go: judge(evidence, 'go').verdict }).toEqual({
      spec: server.verdict,
      go: difference?.go ?? server.verdict,
    });
  });

  it('differ where the list says so, in the order of the catalogue', () => {
    const faults = SERVERS.map((one) => one.fault);
    expect(new Set(faults).size).toBe(faults.length);
    const listed = DIFFERENCES.map((one) => one.fault);
    expect(listed).toEqual(faults.filter((fault) => listed.includes(fault)));
    for (const { spec, go } of DIFFERENCES) expect(spec).not.toBe(go);
  });
});
