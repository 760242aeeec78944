import type { Answers } from '../answers/answers.ts';
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
  /** The machine is the operator's own: nothing that it asks itself comes from outside. */
  readonly isLocal: boolean;
  readonly targetHost: string;
  readonly settings: LookSettings;
  readonly makeScript: MakeScript;
  readonly signal: AbortSignal;
}

/** What is looked at once, before a first installation: everything side by side, within seconds, nothing changed. */
export const lookFirst = async (input: FirstLookInput): Promise<FirstLook> => {
  const [surroundings, caa, reached, third] = await Promise.all([
    lookAround(input),
    lookAtCaa(input),
    lookAtReach(input),
    thirdClock(rootsOf(input), AbortSignal.any([input.signal, AbortSignal.timeout(ASK_MS)])),
  ]);
  return { surroundings, caa, ...reached, ...(third === undefined ? {} : { thirdClock: third }) };
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
  const names = [...new Set([answers.matrixHost, answers.domain])];
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
  if (isLocal) return { answered: [], notAsked: 'this command runs on the machine itself', reach: [] };
  const options = { ...(settings.dns ? { dns: settings.dns } : {}), timeout: ASK_MS, signal };
  const names = ipFamily(targetHost) ? [answers.matrixHost] : [answers.matrixHost, targetHost];
  const found = await Promise.all(names.map((name) => lookupAddresses(name, options)));
  const target = ipFamily(targetHost) ? [targetHost.toLowerCase()] : [];
  const addresses = [...new Set([...target, ...found.flatMap(({ a, aaaa }) => [...a, ...aaaa])])];
  const places = { addresses: addresses.slice(0, MAX_ADDRESSES), ports: SERVER_PORTS };
  return lookFromHere(host, makeScript, places, signal);
};

/** The host that a registry's images really come from, and where its tokens do. */
const registriesOf = ({ images }: Release): string[] => [
  ...new Set(
    Object.values(images).flatMap((image) => {
      const [registry = ''] = image.split('/');
      return registry === 'docker.io' ? ['registry-1.docker.io', 'auth.docker.io'] : [registry];
    }),
  ),
];

const lookAround = async ({
  answers,
  host,
  makeScript,
  release,
  signal,
}: FirstLookInput): Promise<Surroundings> => {
  const packages = new URL(answers.dockerMirror?.url ?? 'https://download.docker.com');
  const names = [
    ...registriesOf(release).map((name) => `registry ${name} 443`),
    'acme acme-v02.api.letsencrypt.org 443',
    `docker-packages ${packages.hostname} ${packages.port || (packages.protocol === 'http:' ? 80 : 443)}`,
  ];
  const script = makeScript('look-around.sh', { names: names.join('\n'), seconds: TRY_SECONDS });
  const { stdout } = await host.run(script, { timeout: AROUND_MS, signal });
  return parseSurroundings(stdout);
};
