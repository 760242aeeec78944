import { type Delegation, readDelegation } from './delegation.ts';
import type { Chain, Hop, Lookup, Rule, Settings, SrvRecord, Target } from './evidence.ts';
import { ipFamily } from './ip.ts';
import { addressesOf, type Questions } from './network.ts';
import { follow } from './redirects.ts';
import { parseServerName, type ServerName } from './server-name.ts';

export interface Resolution {
  readonly hops: readonly Hop[];
  /** `/.well-known/matrix/server` once per address; missing when the name does not call for it. */
  readonly wellKnown?: readonly Chain[];
  /** Every address of the server, in no order of preference: each must work. */
  readonly targets: readonly Target[];
}

/** Bytes. Source: Synapse, well_known_resolver.py, WELL_KNOWN_MAX_SIZE. */
export const WELL_KNOWN_LIMIT = 50 * 1024;
export const DEFAULT_PORT = 8448;
/** A name with more addresses than this is probed at the first ones only; real ones have one to eight. */
const MAX_ADDRESSES = 16;

type Options = Pick<Settings, 'only' | 'privateNetworks'>;

/**
 * Server discovery in the specification's order, every hop recorded.
 * Network failures are hops, never exceptions; an SRV lookup that the name servers fail on ends the resolution
 * without targets, as it does in Synapse.
 * Source: server-server API, "Resolving server names".
 */
export async function resolve(
  serverName: string,
  ask: Questions,
  options: Options = {},
): Promise<Resolution> {
  const name = parseServerName(serverName);
  if ('invalid' in name) return { hops: [{ kind: 'invalid-name', reason: name.invalid }], targets: [] };
  const walk = new Walk(ask, options);
  if (name.literal) await walk.direct(name, '1', serverName);
  else if (name.port !== undefined) await walk.direct(name, '2', serverName);
  else await walk.discover(name);
  return walk.result();
}

class Walk {
  readonly #ask: Questions;
  readonly #options: Options;
  readonly #hops: Hop[] = [];
  #targets: Target[] = [];
  #wellKnown: readonly Chain[] | undefined;

  constructor(ask: Questions, options: Options) {
    this.#ask = ask;
    this.#options = options;
  }

  result(): Resolution {
    return {
      hops: this.#hops,
      targets: this.#targets,
      ...(this.#wellKnown ? { wellKnown: this.#wellKnown } : {}),
    };
  }

  /** A name that says by itself where to go: an IP literal or an explicit port. */
  async direct(name: ServerName, rule: Rule, hostHeader: string): Promise<void> {
    const port = name.port ?? DEFAULT_PORT;
    this.#hops.push({ kind: 'rule', rule, host: name.host, port });
    const about = { port, hostHeader, certificateName: name.host, via: rule };
    if (name.literal) {
      this.#targets = [{ ...about, ip: name.host, family: name.literal, sni: null }];
      return;
    }
    const lookup = await this.#lookup(name.host, 'target');
    this.#targets = targetsAt(addressesOf(lookup), { ...about, sni: name.host });
  }

  /** Steps 3 to 6: a bare host name. */
  async discover(name: ServerName): Promise<void> {
    const delegation = await this.#askWellKnown(name.host);
    // Where this machine cannot go others can: what they are told there, and so the way on, stays unknown.
    const blind = this.#wellKnown?.every((chain) => chain.exchanges.at(-1)?.error?.phase === 'route');
    if (blind && this.#wellKnown?.length) return;
    if ('fault' in delegation) {
      await this.#srvThenDefault(name.host, ['4', '5', '6']);
    } else if (delegation.name.literal) await this.direct(delegation.name, '3.1', delegation.delegated);
    else if (delegation.name.port !== undefined)
      await this.direct(delegation.name, '3.2', delegation.delegated);
    else await this.#srvThenDefault(delegation.name.host, ['3.3', '3.4', '3.5']);
  }

  async #askWellKnown(host: string): Promise<Delegation> {
    const url = new URL(`https://${host}/.well-known/matrix/server`);
    const lookup = await this.#lookup(host, 'well-known');
    const ips = addressesOf(lookup).slice(0, MAX_ADDRESSES);
    const options = { ...this.#options, limit: WELL_KNOWN_LIMIT };
    this.#wellKnown = await Promise.all(ips.map((ip) => follow(url, ip, this.#ask, options)));
    const answers = this.#wellKnown.map(readDelegation);
    // One family that answers is enough for a peer of that family; that the others differ is for the judge to say.
    const answer = answers.find((one) => 'delegated' in one) ??
      answers[0] ?? { fault: { kind: 'no-address' as const, detail: `${host} has no address` } };
    this.#hops.push(
      'fault' in answer
        ? { kind: 'well-known', host, fault: answer.fault }
        : { kind: 'well-known', host, delegated: answer.delegated },
    );
    return answer;
  }

  async #srvThenDefault(host: string, [fed, legacy, none]: readonly [Rule, Rule, Rule]): Promise<void> {
    for (const [rule, service] of [
      [fed, '_matrix-fed'],
      [legacy, '_matrix'],
    ] as const) {
      const srv = `${service}._tcp.${host}`;
      const answer = await this.#ask.srv(srv);
      this.#hops.push({ kind: 'srv', name: srv, legacy: rule === legacy, answer });
      if (answer.outcome === 'SERVFAIL' || answer.outcome === 'TIMEOUT') return;
      // A service that is there decides, even when it says "." or leads nowhere: no way back to the next step.
      if (answer.records.length > 0) {
        await this.#srvTargets(answer.records, host, rule);
        return;
      }
    }
    await this.direct({ host, port: DEFAULT_PORT }, none, host);
  }

  async #srvTargets(records: readonly SrvRecord[], host: string, rule: Rule): Promise<void> {
    this.#hops.push({ kind: 'rule', rule, host });
    const usable = records
      .filter((record) => record.target !== '' && record.target !== '.')
      .slice(0, MAX_ADDRESSES);
    const found = await Promise.all(
      usable.map(async (record) => {
        const [lookup, alias] = await Promise.all([
          this.#ask.addresses(record.target, this.#options.only),
          this.#ask.cname(record.target),
        ]);
        return { record, lookup, alias };
      }),
    );
    for (const { record, lookup, alias } of found) {
      this.#hops.push({ kind: 'lookup', purpose: 'target', lookup });
      if (alias !== undefined) this.#hops.push({ kind: 'cname', name: record.target, target: alias });
      const about = {
        hostHeader: host,
        certificateName: host,
        sni: host,
        via: rule,
        srvTarget: record.target,
      };
      this.#targets.push(...targetsAt(addressesOf(lookup), { ...about, port: record.port }));
    }
    this.#targets = this.#targets.slice(0, MAX_ADDRESSES);
  }

  async #lookup(name: string, purpose: 'well-known' | 'target'): Promise<Lookup> {
    const lookup = await this.#ask.addresses(name, this.#options.only);
    this.#hops.push({ kind: 'lookup', purpose, lookup });
    return lookup;
  }
}

export function targetsAt(ips: readonly string[], about: Omit<Target, 'ip' | 'family'>): Target[] {
  return ips.slice(0, MAX_ADDRESSES).map((ip) => ({ ip, family: ipFamily(ip) ?? 4, ...about }));
}
