import type { Evidence, OwnServer, Settings } from './evidence.ts';
import type { Family } from './ip.ts';
import { judge, type Profile, type Verdict } from './judge.ts';
import { type Dialer, tcpConnect } from './probe/dial.ts';
import { gather } from './probe/gather.ts';
import { type RootOptions, trustContext } from './probe/roots.ts';

export interface CheckOptions extends RootOptions {
  /** Name servers; the system's when missing. */
  readonly dns?: readonly string[];
  /** One family only. */
  readonly only?: Family;
  /** Milliseconds for the whole check. Peers wait 10 s for keys, so 15,000 or more tells "slow" from "silent". */
  readonly timeout: number;
  /** Label of where this runs: "operator". */
  readonly vantage: string;
  /** Networks (CIDR) of a closed federation: addresses there are no fault. */
  readonly privateNetworks?: readonly string[];
  /** What is known because the server is ours. */
  readonly own?: OwnServer;
  /** A homeserver that is asked for the keys as well. */
  readonly notary?: string;
  /** Ask federationtester.matrix.org as well. */
  readonly publicTester?: true;
  readonly profile?: Profile;
  readonly signal?: AbortSignal;
  /** Way of connecting; plain TCP when missing. */
  readonly connect?: Dialer['connect'];
}

export interface FederationCheck {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
}

/**
 * The federation check of one server name: resolve, probe, judge.
 * Network failures are findings. Throws UsageError for an unusable CA file or DNS server, and the signal's reason on abort.
 */
export async function checkFederation(serverName: string, options: CheckOptions): Promise<FederationCheck> {
  const settings: Settings = {
    timeoutMs: options.timeout,
    ...(options.only ? { only: options.only } : {}),
    ...(options.dns ? { dns: options.dns } : {}),
    ...(options.privateNetworks ? { privateNetworks: options.privateNetworks } : {}),
    ...(options.own ? { own: options.own } : {}),
    ...(options.notary ? { notary: options.notary } : {}),
    ...(options.publicTester ? { publicTester: true as const } : {}),
    ...(options.profile === 'go' ? { asTester: true as const } : {}),
  };
  const dialer = { context: await trustContext(options), connect: options.connect ?? tcpConnect };
  const evidence = await gather(serverName, options.vantage, settings, dialer, options.signal);
  return { evidence, verdict: judge(evidence, options.profile) };
}
