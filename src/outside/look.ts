import type { Answers, OwnProxy } from '../answers/answers.ts';
import { serverNames } from '../answers/server-names.ts';
import { seenCertificate } from '../federation/certificate.ts';
import { checkFederation, type FederationCheck } from '../federation/check.ts';
import type { OwnServer } from '../federation/evidence.ts';
import { ipFamily } from '../federation/ip.ts';
import { lookupAddresses } from '../federation/lookup.ts';
import { SOFTWARE } from '../federation/recipes.ts';
import { seenKeys } from '../federation/seen-keys.ts';
import type { OutsideFacts } from '../plan/facts.ts';
import { tryToRegister } from './registration.ts';
import type { LookSettings } from './settings.ts';
import { isStrangerShutOut } from './shut-out.ts';
import { lookThroughProxy } from './through-proxy.ts';

/** What is known of a server of our own: where well-known leads, and the keys that it was seen with. */
export const ownServer = (
  { matrixHost, proxy }: Pick<Answers, 'matrixHost' | 'proxy'>,
  keys: Readonly<Record<string, string>> = {},
): OwnServer => ({
  delegated: `${matrixHost}:443`,
  baseUrl: `https://${matrixHost}`,
  ...(Object.keys(keys).length > 0 && { keys }),
  ...(proxy && { proxy: inFront(proxy) }),
});

const inFront = ({ software, listen }: OwnProxy): NonNullable<OwnServer['proxy']> => {
  const named = SOFTWARE.find((name) => name.toLowerCase() === software);
  return { ...(named && { software: named }), upstream: listen };
};

/** What a check of our own server expects to see. */
export const ownCheck = (answers: Answers, settings: LookSettings, signal: AbortSignal) => ({
  ...(settings.dns ? { dns: settings.dns } : {}),
  ...(settings.caFile ? { caFile: settings.caFile } : {}),
  ...(answers.federationCa ? { extraCa: answers.federationCa } : {}),
  ...(answers.federateWith.length > 0 ? { privateNetworks: answers.federateWith } : {}),
  own: ownServer(answers, settings.recordedKeys),
  timeout: settings.timeout,
  vantage: 'operator',
  signal,
});

/** Whether the published well-known file leads to our Matrix host. */
export const publishes = ({ evidence }: FederationCheck, answers: Answers): boolean =>
  evidence.hops.some((hop) => hop.kind === 'well-known' && hop.delegated === `${answers.matrixHost}:443`);

/** Looks at the deployment from the operator's machine; everything side by side. Changes nothing. */
export const lookFromOutside = async (
  answers: Answers,
  targetHost: string,
  settings: LookSettings,
  signal: AbortSignal,
): Promise<OutsideFacts> => {
  const names = serverNames(answers);
  const look = { ...(settings.dns ? { dns: settings.dns } : {}), timeout: settings.timeout, signal };
  const roots = {
    ...(settings.caFile ? { caFile: settings.caFile } : {}),
    ...(answers.federationCa ? { extraCa: answers.federationCa } : {}),
  };
  const [lookups, certificates, federation, registration, target, throughProxy, shutOut] = await Promise.all([
    Promise.all(names.map(async (name) => [name, await lookupAddresses(name, look)] as const)),
    Promise.all(
      names.map(async (name) => {
        const { verified, why } = await seenCertificate(name, { ...look, ...roots });
        return [name, { verified, ...(why === undefined ? {} : { problem: why }) }] as const;
      }),
    ),
    checkFederation(answers.domain, ownCheck(answers, settings, signal)),
    tryToRegister(`https://${answers.matrixHost}`, { ...look, ...roots }),
    ipFamily(targetHost) ? { a: [targetHost.toLowerCase()], aaaa: [] } : lookupAddresses(targetHost, look),
    answers.proxy === undefined
      ? undefined
      : lookThroughProxy(answers.matrixHost, { ...look, ...roots }, signal),
    answers.federation === 'open'
      ? undefined
      : isStrangerShutOut(`https://${answers.matrixHost}`, { ...look, ...roots }),
  ]);
  return {
    clock: Date.now() / 1000,
    target: [...target.a, ...target.aaaa],
    names: Object.fromEntries(lookups),
    certificates: Object.fromEntries(certificates),
    federation: {
      verdict: federation.verdict.verdict,
      seen: federation.verdict.findings[0]?.seen ?? '',
      keys: seenKeys(federation.evidence),
    },
    registration,
    wellKnownPublished: publishes(federation, answers),
    recordedKeys: settings.recordedKeys ?? {},
    ...(throughProxy === undefined ? {} : { throughProxy }),
    ...(shutOut === undefined ? {} : { shutOut }),
  };
};
