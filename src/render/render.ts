import { wellKnownFiles } from '../federation/wellknown.ts';
import { allowedCertificates } from './allowed.ts';
import { renderCaddyfile } from './caddyfile.ts';
import { renderCompose } from './compose.ts';
import type { Desired, RenderedFile, RenderInput } from './desired.ts';
import { directoriesOf } from './directories.ts';
import { databaseConnection, listenAddresses, renderHomeserver } from './homeserver.ts';
import { type Account, componentOf, PATHS, type Service, serviceOf } from './layout.ts';
import { secretsFor } from './secrets.ts';
import type { Templates } from './templates.ts';
import { renderWorker, workersOf } from './workers.ts';

/** Root's, readable by the one container that needs it and by nobody else on the machine. */
const readBy = (path: string, group: Account, content: string): RenderedFile => ({
  path,
  content,
  mode: 0o640,
  owner: 'root',
  group,
});

/** Root's, readable by all: nothing in it is worth hiding. */
const readByAll = (path: string, content: string): RenderedFile => ({
  path,
  content,
  mode: 0o644,
  owner: 'root',
});

/** What every Synapse process reads at its start. */
function synapseFiles(input: RenderInput, templates: Templates): RenderedFile[] {
  const { federationCa } = input.answers;
  const databaseCa = input.database.kind === 'elsewhere' ? input.database.ca : undefined;
  const authorities = [
    [PATHS.federationCa, federationCa],
    [PATHS.databaseCa, databaseCa],
  ] as const;
  return [
    readBy(PATHS.homeserver, 'synapse', renderHomeserver(input, templates['homeserver.yaml'])),
    readBy(PATHS.logConfig, 'synapse', templates['log.config']),
    ...authorities.flatMap(([path, pem]) =>
      pem === undefined ? [] : [readBy(path, 'synapse', allowedCertificates(pem))],
    ),
  ];
}

/** What the workers read beside it: their own files, by service, and how they start. */
function workerFiles(input: RenderInput, templates: Templates): ReadonlyMap<Service, RenderedFile[]> {
  const start = readBy(PATHS.startWorker, 'synapse', templates['start-worker.sh']);
  return new Map(
    workersOf(input.budget).map((worker) => [
      serviceOf(worker.name),
      [
        start,
        renderWorker(
          worker,
          databaseConnection(input, worker),
          listenAddresses(input.ipv6),
          templates['worker.yaml'],
        ),
      ],
    ]),
  );
}

/**
 * The machine as it ought to be. Pure: the same input and templates give the same bytes. Never a secret, a key,
 * `.env` or a file of conf.d: those are born on the machine or are the operator's. Throws only when an answer
 * holds what no question would have let through.
 */
export function render(input: RenderInput, templates: Templates): Desired {
  const { answers, release, confdDigest } = input;
  const redisConf = templates['redis.conf'];
  const shared = synapseFiles(input, templates);
  const workers = workerFiles(input, templates);
  const wellKnown = wellKnownFiles({
    domain: answers.domain,
    matrixHost: answers.matrixHost,
    admin: answers.admin,
    ...(answers.email === undefined ? {} : { email: answers.email }),
  });
  const caddyfile = renderCaddyfile(input, templates);
  const text = ({ content }: RenderedFile): string => content;
  // Caddyfile and well-known files are reloaded, or read at each request.
  const compose = renderCompose(input, templates['compose.yaml'], (service) => {
    if (service === 'redis') return [redisConf];
    if (componentOf(service) !== 'synapse') return [];
    return [...shared.map(text), confdDigest, ...(workers.get(service) ?? []).map(text)];
  });
  const ofWorkers = new Map([...workers.values()].flat().map((file) => [file.path, file]));
  return {
    directories: directoriesOf(input),
    files: [
      readByAll(PATHS.compose, compose.text),
      ...shared,
      ...ofWorkers.values(),
      readByAll(PATHS.redisConf, redisConf),
      readBy(PATHS.caddyfile, 'caddy', caddyfile.text),
      readByAll(`${PATHS.wellKnown}/server`, wellKnown.server),
      readByAll(`${PATHS.wellKnown}/client`, wellKnown.client),
      ...(wellKnown.support === undefined
        ? []
        : [readByAll(`${PATHS.wellKnown}/support`, wellKnown.support)]),
    ],
    secrets: secretsFor(input.database),
    services: [...compose.configHashes.keys()],
    configHashes: Object.fromEntries(compose.configHashes),
    caddyfileDigest: caddyfile.digest,
    images: release.images,
  };
}
