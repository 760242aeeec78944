import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasRoute } from '../../src/federation/probe/route.ts';
import { DIFFERENCES } from '../federation-go/differences.ts';
import { goProgram, runGo } from '../support/go-program.ts';
import { type Fault, lab, openLab, SERVERS, SLOW } from '../unit/federation/lab/faults.ts';
import { V6 } from '../unit/federation/lab/lab.ts';

beforeAll(openLab);
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const haveV6 = await hasRoute(V6);
const program = await goProgram();

/** What the Go program says, FederationOK as a colour. */
async function reported(path: string, { name, options }: Fault) {
  const world = {
    serverName: name ?? 'example.org',
    dns: lab.names.address,
    roots: options?.extraCa ?? lab.authority.root.cert,
    ports: lab.internet.ports,
  };
  const [report] = (await runGo(path, 'report', [world])) as { federationOK: boolean }[];
  return { verdict: report?.federationOK ? 'green' : 'red', report };
}

if ('path' in program) {
  describe('profile "go" and the library of the public tester', () => {
    it.each([...SERVERS.filter((one) => haveV6 || !one.needsV6), ...SLOW])('$fault', async (server) => {
      await server.make();
      const [check, { verdict, report }] = await Promise.all([
        lab.checkAsTester(server),
        reported(program.path, server),
      ]);
      const ours = check.verdict.verdict;
      expect(ours, `ours: ${JSON.stringify(check.verdict)}\ntheirs: ${JSON.stringify(report)}`).toBe(verdict);
    });
  });
} else {
  // The unit suite holds profile "go" against the record in any case; here that the record is one of real cases.
  it(`has nothing to compare with, only the record: ${program.missing}`, () => {
    console.warn(`The public tester's library was not run: ${program.missing}`);
    const faults = SERVERS.map((one) => one.fault);
    expect(faults).toEqual(expect.arrayContaining(DIFFERENCES.map((one) => one.fault)));
  });
}
