import type { Answers } from '../answers/answers.ts';
import { serverNames } from '../answers/server-names.ts';
import { ipFamily } from '../federation/ip.ts';
import { type CaaLookup, lookupAddresses, lookupCaa } from '../federation/lookup.ts';
import { parseSurroundings, type Surroundings } from '../host/facts/surroundings.ts';
import type { Host } from '../host/host.ts';
import type { FirstLook } from '../plan/facts.ts';
import type { Release } from '../releases/release.ts';
import { lookFromHere, type MakeScript, type Reached, SERVER_PORTS } from './reach.ts';
import type { LookSettings } from './settings.ts';
import { thirdClock } from './third-clock.ts';

/** Milliseconds for the questions that go out from here. */
const ASK_MS = 6000;
/** Seconds for one try of the machine: a name, or a connection. */
const TRY_SECONDS = 4;
const AROUND_MS = 60_000;
/** More addresses than that are nobody's single machine. */
const MAX_ADDRESSES = 8;

export interface FirstLookInput {
  readonly answers: Answers;
  readonly release: Release;
  readonly host: Host;
  /** The second machine, when the database gets one. */
  readonly databaseBox: Host | undefined;
  /** The machine is the operator's own: nothing that it asks itself comes from outside. */
  readonly isLocal: boolean;
  readonly targetHost: string;
  readonly settings: LookSettings;
  readonly makeScript: MakeScript;
  readonly signal: AbortSignal;
}

/** What is looked at once, before a first installation: everything side by side, within seconds, nothing changed. */
export const lookFirst = async (input: FirstLookInput): Promise<FirstLook> => {
  const { answers, databaseBox, host, release } = input;
  const packages = packagesPlace(answers);
  const [surroundings, there, caa, reached, third] = await Promise.all([
    lookAround(
      host,
      [...registriesOf(Object.values(release.images)), ...(answers.proxy ? [] : [ACME]), packages],
      input,
    ),
    databaseBox && lookAround(databaseBox, [...registriesOf([release.images.postgres]), packages], input),
    lookAtCaa(input),
    lookAtReach(input),
    thirdClock(rootsOf(input), AbortSignal.any([input.signal, AbortSignal.timeout(ASK_MS)])),
  ]);
  return {
    surroundings,
    ...(there === undefined ? {} : { databaseBox: there }),
    caa,
    ...reached,
    ...(third === undefined ? {} : { thirdClock: third }),
  };
};

const rootsOf = ({ answers, settings }: FirstLookInput) => ({
  ...(settings.dns ? { dns: settings.dns } : {}),
  ...(settings.caFile ? { caFile: settings.caFile } : {}),
  ...(answers.federationCa ? { extraCa: answers.federationCa } : {}),
});

export const lookAtCaa = async ({
  answers,
  settings,
  signal,
}: FirstLookInput): Promise<Record<string, CaaLookup>> => {
  // Behind somebody's proxy the certificates are the proxy's.
  const names = answers.proxy ? [] : serverNames(answers);
  const options = { ...(settings.dns ? { dns: settings.dns } : {}), timeout: ASK_MS, signal };
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await lookupCaa(name, options)])),
  );
};

/** Whether requests to where the name points arrive at the machine. */
export const lookAtReach = async ({
  answers,
  host,
  isLocal,
  makeScript,
  settings,
  signal,
  targetHost,
}: FirstLookInput): Promise<Reached> => {
  // The ports are the proxy's, and it is there already.
  if (answers.proxy !== undefined) return { answered: [], reach: [] };
  if (isLocal) return { answered: [], notAsked: 'this command runs on the machine itself', reach: [] };
  const options = { ...(settings.dns ? { dns: settings.dns } : {}), timeout: ASK_MS, signal };
  // The domain too: a proxy before it says who it is.
  const names = [answers.matrixHost, answers.domain, ...(ipFamily(targetHost) ? [] : [targetHost])];
  const found = await Promise.all([...new Set(names)].map((name) => lookupAddresses(name, options)));
  const target = ipFamily(targetHost) ? [targetHost.toLowerCase()] : [];
  const addresses = [...new Set([...target, ...found.flatMap(({ a, aaaa }) => [...a, ...aaaa])])];
  const places = { addresses: addresses.slice(0, MAX_ADDRESSES), ports: SERVER_PORTS };
  return lookFromHere(host, makeScript, places, signal);
};

const ACME = 'acme acme-v02.api.letsencrypt.org 443';

/** The hosts that images really come from, and where the registry's tokens do. */
const registriesOf = (images: readonly string[]): string[] => {
  const hosts = images.flatMap((image) => {
    const [registry = ''] = image.split('/');
    return registry === 'docker.io' ? ['registry-1.docker.io', 'auth.docker.io'] : [registry];
  });
  return [...new Set(hosts)].map((name) => `registry ${name} 443`);
};

const packagesPlace = ({ dockerMirror }: Answers): string => {
  const { hostname, port, protocol } = new URL(dockerMirror?.url ?? 'https://download.docker.com');
  return `docker-packages ${hostname} ${port || (protocol === 'http:' ? 80 : 443)}`;
};

/** @param places lines of `USE NAME PORT`; the machine's own package sources are added there */
const lookAround = async (
  host: Host,
  places: readonly string[],
  { makeScript, signal }: FirstLookInput,
): Promise<Surroundings> => {
  const script = makeScript('look-around.sh', { names: places.join('\n'), seconds: TRY_SECONDS });
  const { stdout } = await host.run(script, { timeout: AROUND_MS, signal });
  return parseSurroundings(stdout);
};
