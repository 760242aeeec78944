import { Failure } from '../errors.ts';
import type { ChangeOf } from '../plan/change.ts';
import { PATHS, UID } from '../render/layout.ts';
import { tail } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

/** Caddy tries again after a minute when an order failed; two tries are waited for. */
const CERTIFICATE_LIMIT_MS = 150_000;
const WELL_KNOWN_LIMIT_MS = 30_000;

export const awaitCertificates = async (
  { names }: ChangeOf<'await-certificate'>,
  tools: Tools,
): Promise<Outcome> => {
  for (const name of names) {
    tools.progress(`waiting for the certificate of ${name}`);
    const problem = await tools.operator.awaitCertificate(name, CERTIFICATE_LIMIT_MS, tools.signal);
    if (problem !== undefined) throw await certificateFailure(name, problem, tools);
  }
  return 'done';
};

const certificateFailure = async (name: string, problem: string, tools: Tools): Promise<Failure> => {
  const { stdout } = await tools.host.run(
    `cd ${PATHS.root} && docker compose logs --no-color --no-log-prefix --tail 200 caddy 2>&1 | grep -F -e '"level":"error"' | tail -n 5`,
  );
  return new Failure({
    code: 'MB-CERTIFICATE',
    what: `No valid certificate is seen for ${name} on port 443: ${problem}.`,
    why: acmeReason(stdout) ?? 'Caddy reports no error; the port may be closed between here and the machine.',
    fix: [
      `Check that ${name} points at this machine (A and AAAA) and that ports 80 and 443 are open in the provider's firewall.`,
      'Then run this again: Caddy goes on trying by itself.',
    ],
    safe: 'Synapse and the database run; nothing is lost.',
    log: tail(stdout, 5),
  });
};

/** The authority's own words in Caddy's log (JSON lines). */
const acmeReason = (log: string): string | undefined => {
  for (const line of tail(log, 5).reverse()) {
    try {
      const { error } = JSON.parse(line) as { error?: unknown };
      if (typeof error === 'string') return error;
    } catch {
      // Not a JSON line: no reason in it.
    }
  }
  return undefined;
};

/** Nobody but its owner can set up a proxy: that is waited for only where somebody said so. */
export const awaitProxy = (tools: Tools): Promise<Outcome> => {
  tools.progress('looking for the server behind the proxy');
  return tools.operator.awaitProxy(tools.goal.apexHere, tools.operator.wait, tools.signal);
};

export const awaitWellKnown = (
  { published }: ChangeOf<'await-well-known'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress('looking for the well-known files');
  const limit = Math.max(published ? WELL_KNOWN_LIMIT_MS : 0, tools.operator.wait);
  return tools.operator.awaitWellKnown(limit, tools.signal);
};

export const checkFederation = async (
  { mark }: ChangeOf<'check-federation'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress('asking as another server would');
  const runOnHost = async (script: string) => (await tools.host.run(script, { signal: tools.signal })).stdout;
  const outcome = await tools.operator.checkFederation(tools.goal.apexHere, runOnHost, tools.signal);
  if (outcome === 'done') {
    await tools.host.putTree([
      {
        path: `${PATHS.state}/federation.proved`,
        type: 'file',
        content: `${mark}\n`,
        mode: 0o644,
        ...UID.root,
      },
    ]);
  }
  return outcome;
};
