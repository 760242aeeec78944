import { wellKnownFiles } from '../federation/wellknown.ts';
import { allowedCertificates } from './allowed.ts';
import { digestOf, renderCaddyfile, withOwnDigest } from './caddyfile.ts';
import { clientConfig, guidePage } from './client/files.ts';
import { renderCompose } from './compose.ts';
import type { Desired, RenderedFile, RenderInput } from './desired.ts';
import { directoriesOf } from './directories.ts';
import { databaseConnection, listenAddresses, renderHomeserver } from './homeserver.ts';
import { type Account, componentOf, PATHS, type Service, serviceOf } from './layout.ts';
import { antispamModule, botConfig } from './moderation.ts';
import { proxyFileText, proxySetUp } from './proxy.ts';
import { secretsFor } from './secrets.ts';
import { settled } from './settled.ts';
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
  const files = [
    readBy(PATHS.homeserver, 'synapse', renderHomeserver(input, templates['homeserver.yaml'])),
    readBy(PATHS.logConfig, 'synapse', templates['log.config']),
    ...authorities.flatMap(([path, pem]) =>
      pem === undefined ? [] : [readBy(path, 'synapse', allowedCertificates(pem))],
    ),
    ...antispamModule(input.answers, templates),
  ];
  return files.map((file) => settled(file, input));
}

/** What the workers read beside it: their own files, by service, and how they start. */
function workerFiles(input: RenderInput, templates: Templates): ReadonlyMap<Service, RenderedFile[]> {
  const start = settled(readBy(PATHS.startWorker, 'synapse', templates['start-worker.sh']), input);
  return new Map(
    workersOf(input.budget).map((worker) => [
      serviceOf(worker.name),
      [
        start,
        settled(
          renderWorker(
            worker,
            databaseConnection(input, worker),
            listenAddresses(input.ipv6),
            templates['worker.yaml'],
          ),
          input,
        ),
      ],
    ]),
  );
}

/** The well-known files; no `support` without somebody to be asked. */
const wellKnownOf = (files: ReturnType<typeof wellKnownFiles>): RenderedFile[] => [
  readByAll(`${PATHS.wellKnown}/server`, files.server),
  readByAll(`${PATHS.wellKnown}/client`, files.client),
  ...(files.support === undefined ? [] : [readByAll(`${PATHS.wellKnown}/support`, files.support)]),
];

/** What somebody's own proxy needs, to be copied from there. */
const proxyFilesOf = ({ answers, apexHere }: RenderInput): RenderedFile[] =>
  answers.proxy === undefined
    ? []
    : proxySetUp(answers, answers.proxy, apexHere).parts.map((part) =>
        readByAll(part.path, proxyFileText(part)),
      );

/**
 * The machine as it ought to be. Pure: the same input and templates give the same bytes. Never a secret, a key,
 * `.env` or a file of conf.d: those are born on the machine or are the operator's. Throws only when an answer
 * holds what no question would have let through.
 */
export function render(input: RenderInput, templates: Templates): Desired {
  const { answers, release, confdDigest } = input;
  const redisConf = settled(readByAll(PATHS.redisConf, templates['redis.conf']), input);
  const clientFiles = clientConfig(answers, templates).map((file) => settled(file, input));
  const botFiles = botConfig(answers, templates).map((file) => settled(file, input));
  const shared = synapseFiles(input, templates);
  const workers = workerFiles(input, templates);
  const wellKnown = wellKnownFiles({
    domain: answers.domain,
    matrixHost: answers.matrixHost,
    admin: answers.admin,
    ...(answers.email === undefined ? {} : { email: answers.email }),
  });
  const { text: caddyfileText } = renderCaddyfile(input, templates);
  const caddyfile = settled(readBy(PATHS.caddyfile, 'caddy', caddyfileText), input, withOwnDigest);
  const text = ({ content }: RenderedFile): string => content;
  // Caddyfile and well-known files are reloaded, or read at each request.
  const compose = renderCompose(input, templates['compose.yaml'], (service) => {
    if (service === 'redis') return [redisConf.content];
    if (service === answers.client?.name) return clientFiles.map(text);
    if (service === answers.moderation) return botFiles.map(text);
    if (componentOf(service) !== 'synapse') return [];
    return [...shared.map(text), confdDigest, ...(workers.get(service) ?? []).map(text)];
  });
  const ofWorkers = new Map([...workers.values()].flat().map((file) => [file.path, file]));
  return {
    directories: directoriesOf(input),
    files: [
      settled(readByAll(PATHS.compose, compose.text), input),
      ...shared,
      ...ofWorkers.values(),
      redisConf,
      caddyfile,
      ...wellKnownOf(wellKnown).map((file) => settled(file, input)),
      ...clientFiles,
      ...botFiles,
      ...guidePage(answers).map((file) => settled(file, input)),
      ...proxyFilesOf(input).map((file) => settled(file, input)),
    ],
    secrets: secretsFor(input.database, answers),
    services: [...compose.configHashes.keys()],
    configHashes: Object.fromEntries(compose.configHashes),
    caddyfileDigest: digestOf(caddyfile.content),
    images: release.images,
  };
}
