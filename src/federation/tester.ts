import { readDelegation } from './delegation.ts';
import type { Chain, Hop, Settings, SrvRecord, Target } from './evidence.ts';
import { addressesOf, type Questions } from './network.ts';
import { follow } from './redirects.ts';
import { DEFAULT_PORT, type Resolution, targetsAt, WELL_KNOWN_LIMIT } from './resolve.ts';
import { parseServerName, type ServerName } from './server-name.ts';

/**
 * Where the public tester looks. It resolves by itself, and not as the specification says:
 * - well-known is asked for every name, with a port and of an address too, and of the first address that connects;
 * - an `m.server` that is no server name ends the report;
 * - SRV is asked for the old service only, a failing lookup is a "no", and targets that are aliases are passed over;
 * - an IP literal has no canonical name in DNS, so no address is found for it.
 * Not reproduced: a well-known that is redirected to plain HTTP or comes in several pieces, "m.server" in capitals,
 * redirects of keys to another host, text after the keys, fractions and large integers that are signed as written.
 * Source: matrix-federation-tester, main.go, Report and lookupServer; gomatrixserverlib, fclient, LookupWellKnown.
 */
export async function resolveAsTester(
  serverName: string,
  { hops, wellKnown }: Resolution,
  ask: Questions,
  options: Pick<Settings, 'privateNetworks'> = {},
): Promise<Resolution> {
  const name = parseServerName(serverName);
  if ('invalid' in name) return { hops, targets: [] };
  const bare = name.port === undefined && name.literal === undefined;
  const chain = bare ? firstConnected(wellKnown ?? []) : await askAnyway(serverName, ask, options);
  const answer = chain ? readDelegation(chain) : undefined;
  const seen = chain ? { wellKnown: [chain] } : {};
  if (answer === undefined) {
    const before = hops.filter((hop) => hop.kind === 'well-known');
    return walk(before, name, serverName, ask);
  }
  if ('delegated' in answer) {
    const hop: Hop = { kind: 'well-known', host: name.host, delegated: answer.delegated };
    return { ...seen, ...(await walk([hop], answer.name, answer.delegated, ask)) };
  }
  // Where nobody has to look for it, nobody misses it.
  const missed: Hop[] = bare ? [{ kind: 'well-known', host: name.host, fault: answer.fault }] : [];
  if (answer.fault.kind === 'bad-m.server') return { ...seen, hops: missed, targets: [] };
  return { ...(bare ? seen : {}), ...(await walk(missed, name, serverName, ask)) };
}

function firstConnected(chains: readonly Chain[]): Chain | undefined {
  return chains.find((chain) => !['tcp', 'route'].includes(chain.exchanges[0]?.error?.phase ?? ''));
}

async function askAnyway(
  serverName: string,
  ask: Questions,
  options: Pick<Settings, 'privateNetworks'>,
): Promise<Chain> {
  const url = new URL(`https://${serverName}/.well-known/matrix/server`);
  return follow(url, undefined, ask, { ...options, limit: WELL_KNOWN_LIMIT });
}

async function walk(
  before: readonly Hop[],
  name: ServerName,
  hostHeader: string,
  ask: Questions,
): Promise<Resolution> {
  const hops = [...before];
  if (name.literal) return { hops, targets: [] };
  const { host } = name;
  const about = { hostHeader, certificateName: host, sni: host };
  const at = async (target: string, port: number, more: Pick<Target, 'via' | 'srvTarget'>) => {
    const lookup = await ask.addresses(target);
    hops.push({ kind: 'lookup', purpose: 'target', lookup });
    return targetsAt(addressesOf(lookup), { ...about, ...more, port });
  };
  const delegated = before.some((hop) => hop.kind === 'well-known' && hop.delegated !== undefined);
  if (name.port !== undefined)
    return { hops, targets: await at(host, name.port, { via: delegated ? '3.2' : '2' }) };
  const srv = `_matrix._tcp.${host}`;
  const answer = await ask.srv(srv);
  hops.push({ kind: 'srv', name: srv, legacy: true, answer });
  if (answer.outcome === 'TIMEOUT') return { hops, targets: [] };
  if (answer.records.length === 0)
    return { hops, targets: await at(host, DEFAULT_PORT, { via: delegated ? '3.5' : '6' }) };
  const targets: Target[] = [];
  for (const record of await withoutAliases(answer.records, hops, ask))
    targets.push(
      ...(await at(record.target, record.port, { via: delegated ? '3.4' : '5', srvTarget: record.target })),
    );
  return { hops, targets };
}

async function withoutAliases(
  records: readonly SrvRecord[],
  hops: Hop[],
  ask: Questions,
): Promise<SrvRecord[]> {
  const kept: SrvRecord[] = [];
  for (const record of records.filter(({ target }) => target !== '' && target !== '.')) {
    const alias = await ask.cname(record.target);
    if (alias === undefined) kept.push(record);
    else hops.push({ kind: 'cname', name: record.target, target: alias });
  }
  return kept;
}
