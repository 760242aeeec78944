import type { Budget, ProcessBudget, Role } from '../sizing/budget.ts';
import type { RenderedFile } from './desired.ts';
import { YamlTemplate, type YamlValue } from './fill-yaml.ts';
import { PATHS, SYNAPSE_PORT, serviceOf } from './layout.ts';

/** What a role's HTTP port serves, in the words of Synapse's manual (`listeners.resources.names`). */
const RESOURCES: Readonly<Record<Exclude<Role, 'main'>, string>> = {
  // Every HTTP listener serves /health; these do nothing else over HTTP (generic_worker.py, `_listen_http`).
  federation_sender: 'health',
  event_persister: 'health',
  sync: 'client',
  client_reader: 'client',
  event_creator: 'client',
  stream_writer: 'client',
  // The search in the user directory belongs to whoever keeps it up to date.
  background: 'client',
  federation_reader: 'federation',
  federation_inbound: 'federation',
  media: 'media',
};

/**
 * Streams that one combined writer takes. Each of them may move; moving one moves its route too (render/routes).
 * Source: config/workers.py of the pinned Synapse, `WriterLocations`.
 */
const COMBINED_STREAMS = [
  'typing',
  'to_device',
  'account_data',
  'receipts',
  'presence',
  'push_rules',
  'device_lists',
  'thread_subscriptions',
] as const;

/** Roles that others call over the replication port: whoever writes a stream. */
const WRITERS: readonly Role[] = ['event_persister', 'stream_writer', 'media'];

export type Worker = ProcessBudget & { readonly role: Exclude<Role, 'main'> };

/** All processes but the main one. */
export const workersOf = ({ processes }: Budget): Worker[] =>
  processes.filter((process): process is Worker => process.role !== 'main');

const names = (workers: readonly ProcessBudget[], role: Role): string[] =>
  workers.filter((worker) => worker.role === role).map(({ name }) => name);

/**
 * Keys of the shared homeserver.yaml that say who does what (manual, docs/workers.md, "Shared configuration").
 * Undefined takes the key away: the main process does it.
 */
export function sharedWorkerSettings(budget: Budget): Readonly<Record<string, YamlValue | undefined>> {
  const workers = workersOf(budget);
  const persisters = names(workers, 'event_persister');
  const senders = names(workers, 'federation_sender');
  const [streamWriter] = names(workers, 'stream_writer');
  const [media] = names(workers, 'media');
  const [background] = names(workers, 'background');
  const writers = workers.filter(({ role }) => WRITERS.includes(role));
  const streams: Record<string, YamlValue> = {
    ...(persisters.length > 0 && { events: persisters }),
    ...(streamWriter && Object.fromEntries(COMBINED_STREAMS.map((stream) => [stream, [streamWriter]]))),
    // Written by whoever can see the media (1.152).
    ...(media && { quarantined_media_changes: [media] }),
  };
  return {
    instance_map:
      workers.length === 0
        ? undefined
        : Object.fromEntries(
            ['main', ...writers.map(({ name }) => name)].map((name) => [
              name,
              { host: serviceOf(name), port: SYNAPSE_PORT.replication },
            ]),
          ),
    stream_writers: Object.keys(streams).length > 0 ? streams : undefined,
    federation_sender_instances: senders.length > 0 ? senders : undefined,
    pusher_instances: background && [background],
    run_background_tasks_on: background,
    notify_appservices_from_worker: background,
    update_user_directory_from_worker: background,
    enable_media_repo: media ? false : undefined,
    media_instance_running_background_jobs: media,
  };
}

/** The listener on which a process is called by the others. */
export const replicationListener = (addresses: readonly string[]): YamlValue => ({
  port: SYNAPSE_PORT.replication,
  type: 'http',
  tls: false,
  bind_addresses: addresses,
  resources: [{ names: ['replication'], compress: false }],
});

/** `caches` of a process. */
export const cacheSettings = ({ cacheFactor, autotuning }: ProcessBudget): Record<string, YamlValue> => ({
  global_factor: cacheFactor,
  ...(autotuning && {
    cache_autotuning: {
      max_cache_memory_usage: `${autotuning.maximum}M`,
      target_cache_memory_usage: `${autotuning.target}M`,
      // Synapse's own example: what was used within the last minutes stays (manual, `cache_autotuning`).
      min_cache_ttl: '5m',
    },
  }),
});

/** One worker's own file. It names whole blocks: a later file replaces a key with all that is below it. */
export function renderWorker(
  worker: Worker,
  databaseArgs: YamlValue,
  addresses: readonly string[],
  template: string,
): RenderedFile {
  const yaml = new YamlTemplate(template);
  yaml.fill(['worker_name'], worker.name);
  yaml.fill(['worker_listeners', 0, 'bind_addresses'], addresses);
  yaml.fill(['worker_listeners', 0, 'resources', 0, 'names'], [RESOURCES[worker.role]]);
  if (WRITERS.includes(worker.role)) yaml.fill(['worker_listeners', 1], replicationListener(addresses));
  else yaml.remove(['worker_listeners', 1]);
  if (worker.role !== 'media') yaml.remove(['enable_media_repo']);
  yaml.fill(['database', 'args'], databaseArgs);
  yaml.fill(['caches'], cacheSettings(worker));
  return {
    path: `${PATHS.workers}/${worker.name}.yaml`,
    content: yaml.text(),
    mode: 0o640,
    owner: 'root',
    group: 'synapse',
  };
}
