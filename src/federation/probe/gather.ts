import {
  type AddressEvidence,
  EVIDENCE_FORMAT,
  type Evidence,
  type Settings,
  type Target,
} from '../evidence.ts';
import { type Resolution, resolve } from '../resolve.ts';
import { parseServerName } from '../server-name.ts';
import { resolveAsTester } from '../tester.ts';
import { followKeys, probe443, probeAddress } from './address.ts';
import { probeClient } from './client.ts';
import type { Dialer } from './dial.ts';
import { Names } from './dns.ts';
import { gatherOpinions } from './opinions.ts';
import { questions } from './world.ts';

/** Share of the whole time that discovery may take: a silent apex must leave time to look at port 8448. */
const DISCOVERY_SHARE = 0.4;
/** Share after which addresses that are still silent are given up, so that 443 can be looked at in their place. */
const ADDRESS_SHARE = 0.8;

/**
 * Everything that can be seen of a server from here, within `settings.timeoutMs`. Raw: nothing is judged.
 * Rejects only when `signal` aborts, with its reason.
 */
export async function gather(
  serverName: string,
  vantage: string,
  settings: Settings,
  dialer: Dialer,
  signal?: AbortSignal,
): Promise<Evidence> {
  const started = new Date();
  const clock = new Clock(settings.timeoutMs, signal);
  try {
    const whole = clock.until(1);
    const options = {
      ...(settings.only ? { only: settings.only } : {}),
      ...(settings.privateNetworks ? { privateNetworks: settings.privateNetworks } : {}),
    };
    const names = new Names(settings.dns, whole);
    const client = clientSide(serverName, names, dialer, clock.until(DISCOVERY_SHARE * 2), options);
    const ask = questions(names, dialer, clock.until(DISCOVERY_SHARE));
    const resolution = await resolve(serverName, ask, options);
    const leftover = leftoverSrv(resolution, names);
    const opinions = gatherOpinions(serverName, settings, questions(names, dialer, whole), dialer, whole);
    const look = lookOnce(async (target) => {
      if (settings.only !== undefined && target.family !== settings.only)
        return { target, skipped: 'not-asked' as const };
      const evidence = await probeAddress(target, dialer, clock.until(ADDRESS_SHARE));
      return probe443(evidence, dialer, whole);
    });
    const [addresses, tester] = await Promise.all([
      Promise.all(resolution.targets.map(look)),
      settings.asTester ? resolveAsTester(serverName, resolution, ask, options) : undefined,
    ]);
    const asTester = tester && {
      hops: tester.hops,
      ...(tester.wellKnown ? { wellKnown: tester.wellKnown } : {}),
      addresses: await Promise.all(
        tester.targets.map(async (target) => followKeys(await look(target), dialer, whole)),
      ),
    };
    const [seen, srv, said] = await Promise.all([client, leftover, opinions]);
    signal?.throwIfAborted();
    return {
      format: EVIDENCE_FORMAT,
      serverName,
      started: started.toISOString(),
      ms: Date.now() - started.getTime(),
      vantage,
      settings,
      hops: resolution.hops,
      ...(resolution.wellKnown ? { wellKnown: resolution.wellKnown } : {}),
      ...(srv.length > 0 ? { leftoverSrv: srv } : {}),
      addresses,
      ...(asTester ? { tester: asTester } : {}),
      ...seen,
      ...(said.length > 0 ? { opinions: said } : {}),
    };
  } finally {
    clock.stop();
  }
}

/** The same address, asked for in the same words, is looked at once. */
function lookOnce(look: (target: Target) => Promise<AddressEvidence>) {
  const looks = new Map<string, Promise<AddressEvidence>>();
  return (target: Target): Promise<AddressEvidence> => {
    const key = `${target.ip} ${target.port} ${target.hostHeader}`;
    const known = looks.get(key) ?? look(target);
    looks.set(key, known);
    return known;
  };
}

/** Where well-known decides nobody asks for SRV records, so the resolution did not; servers that cannot read it do. */
async function leftoverSrv({ hops }: Resolution, names: Names) {
  const file = hops.find((hop) => hop.kind === 'well-known');
  if (file?.kind !== 'well-known' || file.delegated === undefined) return [];
  const asked = ['_matrix-fed', '_matrix'].map((service) => `${service}._tcp.${file.host}`);
  const answers = await Promise.all(asked.map(async (name) => ({ name, answer: await names.srv(name) })));
  return answers.filter(({ answer }) => answer.records.length > 0);
}

async function clientSide(
  serverName: string,
  names: Names,
  dialer: Dialer,
  signal: AbortSignal,
  options: Pick<Settings, 'only' | 'privateNetworks'>,
) {
  const name = parseServerName(serverName);
  if ('invalid' in name || name.literal) return {};
  return probeClient(name.host, questions(names, dialer, signal), options);
}

/** One deadline in shares; its timers end with the check, so that nothing keeps the process alive. */
class Clock {
  readonly #whole: number;
  readonly #outer: AbortSignal | undefined;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(wholeMs: number, outer: AbortSignal | undefined) {
    this.#whole = wholeMs;
    this.#outer = outer;
  }

  /** Aborts at this share of the whole, counted from now-or-start, and with the outer signal. */
  until(share: number): AbortSignal {
    const controller = new AbortController();
    this.#timers.push(setTimeout(() => controller.abort(), this.#whole * share - this.#elapsed()));
    return this.#outer ? AbortSignal.any([controller.signal, this.#outer]) : controller.signal;
  }

  readonly #start = performance.now();
  #elapsed(): number {
    return performance.now() - this.#start;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
