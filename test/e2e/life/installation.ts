import { describe, expect, test } from 'vitest';
import { proveFromOutside } from '../../rehearsal/prove.ts';
import { installation } from '../../support/product.ts';
import { figure, seconds } from './figures.ts';
import type { Life } from './life.ts';
import { runLogs, stepTimes } from './log.ts';
import type { Server } from './server.ts';
import { watchProcesses } from './watch.ts';

const FIRST_FLAGS = ['--tier', 'custom', '--rooms', '20', '--docker-source', 'distro'];

/** What short-lived processes on the machine show; put together there, so that no longer-lived one shows it. */
export const CANARIES = ['canary-in-an-argument', 'canary-in-an-environment'] as const;
const CANARY_SCRIPT = `a=canary-in-an-
for i in $(seq 40); do
  sh -c 'sleep 0.05; :' "\${a}argument"
  env "C=\${a}environment" sleep 0.05
  sleep 1
done`;

const install = ({ vps, domain }: Server) => installation({ vps, domain, flags: FIRST_FLAGS });

/** Both servers are installed, the first one under watch; `machines` are there before, `done` gets what came of it. */
export const firstInstallation = (
  machines: () => { readonly server: Server; readonly peer: Server },
  done: (life: Life) => void,
): void => {
  describe('two fresh machines', () => {
    test('become homeservers', async () => {
      const { server, peer } = machines();
      const { result, watched } = await watchProcesses(async () => {
        const [run] = await Promise.all([install(server), server.vps.exec(CANARY_SCRIPT)]);
        return run;
      });
      expect(result.exitCode, result.all).toBe(0);
      done({ server, peer, output: result.all, watched });
      figure('looks at every process during the first installation', String(watched.sweeps));
      // Measured on the second: nobody watches there.
      const second = await install(peer);
      expect(second.exitCode, second.all).toBe(0);
      const { all, downloads } = stepTimes(runLogs(peer.domain)[0] ?? '');
      figure('a first installation without apt and pulls (goal: 25 s)', seconds(all - downloads));
      figure('apt and pulls', seconds(downloads));
      // How long is the figure; this notices a hang, on however busy a computer.
      expect(all - downloads).toBeLessThan(300_000);
    });

    test('federate: two people on two servers talk to each other', async () => {
      const { server, peer } = machines();
      const proved = await proveFromOutside(server.domain, peer.domain);
      expect(proved.length).toBeGreaterThanOrEqual(8);
    });
  });
};
