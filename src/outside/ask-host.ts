import { randomBytes } from 'node:crypto';
import { readHostProbe } from '../federation/host-answers.ts';
import { type HostPlan, hostProbeScript } from '../federation/host-probe.ts';
import { judge, type Verdict } from '../federation/judge.ts';
import { PROJECT } from '../render/layout.ts';

/**
 * The machine's own view of its public name, by the curl of Synapse's image: the host itself may have none.
 * Undefined when nothing could be asked there.
 */
export const askHost = async (
  plan: HostPlan,
  runOnHost: (script: string) => Promise<string>,
): Promise<Verdict | undefined> => {
  const about = { ...plan, nonce: randomBytes(16).toString('hex') };
  const prefix = `docker exec ${PROJECT}-synapse-1`;
  const output = await runOnHost(hostProbeScript({ ...about, prefix }));
  const evidence = readHostProbe(output, { ...about, at: new Date() });
  return evidence && judge(evidence);
};
