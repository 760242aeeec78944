import { canonicalJson } from '../../federation/canonical.ts';
import { readDelegation } from '../../federation/delegation.ts';
import type { Chain, Evidence } from '../../federation/evidence.ts';
import { parseJson } from '../../federation/json.ts';
import { printable } from '../../federation/printable.ts';
import type { WellKnownFiles } from '../../federation/wellknown.ts';

/** How what is published differs from what ought to be, a line each; empty when it does not. */
export function differences(evidence: Evidence, files: WellKnownFiles): string[] {
  return [
    ...serverDifferences(evidence, files.server),
    ...fileDifference('client', evidence.clientWellKnown, files.client),
    ...(files.support === undefined ? [] : fileDifference('support', evidence.support, files.support)),
  ];
}

/** Each address of the name is asked: what one of them says others may never see. */
function serverDifferences({ wellKnown, serverName }: Evidence, expected: string): string[] {
  const wanted = (JSON.parse(expected) as { 'm.server': string })['m.server'];
  if (!wellKnown || wellKnown.length === 0)
    return [`server: ${serverName} has no address that could be asked`];
  return wellKnown.flatMap((chain) => {
    const ip = chain.exchanges[0]?.ip ?? serverName;
    const answer = readDelegation(chain);
    if ('fault' in answer) return [printable(`server: ${ip}: ${answer.fault.detail}`)];
    return answer.delegated === wanted
      ? []
      : [printable(`server: ${ip} says ${answer.delegated}, it should say ${wanted}`)];
  });
}

function fileDifference(name: string, chain: Chain | undefined, expected: string): string[] {
  const last = chain?.exchanges.at(-1);
  if (last?.error) return [printable(`${name}: ${last.error.message}`)];
  if (last?.status !== 200) return [`${name}: HTTP ${last?.status ?? 'without an answer'}`];
  return sameJson(last.body ?? '', expected) ? [] : [`${name}: is another file than it should be`];
}

/** Whether two texts are the same document; spaces and the order of the names do not count. */
function sameJson(one: string, other: string): boolean {
  try {
    return canonicalJson(parseJson(one)) === canonicalJson(parseJson(other));
  } catch {
    return false;
  }
}
