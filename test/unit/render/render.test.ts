import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Desired, RenderInput } from '../../../src/render/desired.ts';
import { CONFIG_LABEL, PATHS, PROJECT, type Service, serviceOf } from '../../../src/render/layout.ts';
import { render } from '../../../src/render/render.ts';
import type { Templates } from '../../../src/render/templates.ts';
import { workersOf } from '../../../src/render/workers.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { inputOf, SCENARIOS } from './scenarios.ts';

const templates = loadTemplates();
const family = inputOf('family-garrison');

interface ComposeService {
  user: string;
  image: string;
  labels: Record<string, string>;
  environment?: Record<string, string>;
  ports?: string[];
  cap_drop: string[];
  cap_add?: string[];
  security_opt: string[];
  read_only: boolean;
  networks: string[];
  command: string[];
  healthcheck: { test: string[] };
  logging: { options: Record<string, string> };
  restart: string;
  volumes: { type: string; source: string; target: string; read_only?: boolean; bind: object }[];
}

const fileOf = (desired: Desired, path: string): string => {
  const file = desired.files.find((candidate) => candidate.path === path);
  if (!file) throw new Error(`no ${path}`);
  return file.content;
};

const composeOf = (desired: Desired): Record<string, ComposeService> =>
  parse(fileOf(desired, PATHS.compose), { merge: true }).services;

const servicesOf = (desired: Desired) => {
  const services = composeOf(desired);
  return (name: Service): ComposeService => {
    const service = services[name];
    if (!service) throw new Error(`no service ${name}`);
    return service;
  };
};

const changed = (
  change: Partial<RenderInput>,
  texts: Partial<Templates> = {},
  from: RenderInput = family,
): Service[] => {
  const { services, configHashes: before } = render(from, templates);
  const after = render({ ...from, ...change }, { ...templates, ...texts }).configHashes;
  return services.filter((service) => before[service] !== after[service]);
};

describe.each(Object.keys(SCENARIOS))('compose.yaml of %s', (name) => {
  const desired = render(inputOf(name), templates);
  const services = servicesOf(desired);

  it('has the services that it names', () => {
    expect(Object.keys(composeOf(desired))).toEqual(desired.services);
  });

  it('has each hash in its container’s label', () => {
    for (const service of desired.services) {
      expect(services(service).labels).toEqual({ [CONFIG_LABEL]: desired.configHashes[service] });
    }
  });

  it('locks every container down', () => {
    for (const service of desired.services) {
      expect(services(service), service).toMatchObject({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        read_only: true,
        restart: 'always',
      });
      expect(services(service).user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(services(service).logging.options['max-size']).toBeDefined();
      expect(services(service).healthcheck.test.length).toBeGreaterThan(1);
    }
    expect(desired.services.filter((service) => services(service).cap_add)).toEqual(['caddy']);
  });

  it('publishes ports of Caddy only', () => {
    expect(desired.services.filter((service) => services(service).ports)).toEqual(['caddy']);
  });

  it('mounts only folders that it makes, and makes none by accident', () => {
    // The database's folder comes with the database, whole; everything else is made before.
    const made = new Set([...desired.directories.map(({ path }) => path), PATHS.postgresData]);
    // The web clients' images want single files. They are made anew when one changes: it is part of their hash.
    for (const { path } of desired.files)
      if (path.startsWith(PATHS.elementConfig) || path.startsWith(PATHS.cinnyConfig)) made.add(path);
    for (const service of desired.services) {
      for (const volume of services(service).volumes) {
        expect(made, volume.source).toContain(volume.source);
        expect(volume).toMatchObject({ type: 'bind', bind: { create_host_path: false } });
      }
    }
  });

  it('gives no container a secret but by a file', () => {
    for (const service of desired.services) {
      for (const [key, value] of Object.entries(services(service).environment ?? {})) {
        expect(/PASSWORD|SECRET|KEY|TOKEN/.test(key) && !key.endsWith('_FILE'), `${key}=${value}`).toBe(
          false,
        );
      }
    }
  });
});

describe('config hashes', () => {
  const settings = family.budget.postgres;
  if (settings === undefined) throw new Error('no plan for Postgres');
  it.each<[string, Service[], Partial<RenderInput>, Partial<Templates>?]>([
    ['conf.d', ['synapse'], { confdDigest: 'x' }],
    ['a setting of homeserver.yaml', ['synapse'], { answers: { ...family.answers, email: 'x@example.org' } }],
    ['Redis’s configuration', ['redis'], {}, { 'redis.conf': '# other\n' }],
    ['the log configuration', ['synapse'], {}, { 'log.config': '# other\n' }],
    ['a Caddyfile, which is reloaded', [], { apexHere: false }],
    ['IPv6', ['synapse', 'caddy'], { ipv6: false }],
    [
      'the plan for Postgres',
      ['postgres'],
      {
        budget: { ...family.budget, postgres: { ...settings, workMem: 5 } },
      },
    ],
    [
      'an image',
      ['caddy'],
      {
        release: {
          ...family.release,
          images: { ...family.release.images, caddy: 'docker.io/library/caddy:2.12' },
        },
      },
    ],
  ])('change with %s for %j', (_, services, change, texts = {}) => {
    expect(changed(change, texts)).toEqual(services);
  });
});

describe('with workers', () => {
  const newsroom = inputOf('newsroom-bulwark-allowlist');
  const workers = workersOf(newsroom.budget);
  const names = workers.map(({ name }) => serviceOf(name));
  const desired = render(newsroom, templates);
  const services = servicesOf(desired);
  const homeserver = parse(fileOf(desired, PATHS.homeserver));
  const fileOfWorker = (name: string) => parse(fileOf(desired, `${PATHS.workers}/${name}.yaml`));

  it('runs each of them as the main process, but for what it runs', () => {
    expect(workers.length).toBeGreaterThan(8);
    for (const { name } of workers) {
      const { command, entrypoint, depends_on, labels, ...rest } = services(
        serviceOf(name),
      ) as never as Record<string, unknown>;
      const {
        command: _,
        depends_on: __,
        labels: ___,
        ...main
      } = services('synapse') as never as Record<string, unknown>;
      expect(rest).toEqual(main);
      expect(command).toContain(`--config-path=/config/workers/${name}.yaml`);
      expect(entrypoint).toEqual(['/bin/sh', '/config/start-worker.sh']);
      expect(depends_on).toEqual({ synapse: { condition: 'service_healthy' } });
    }
  });

  it('reads conf.d last, so that the operator’s word is the last one', () => {
    for (const name of names) expect(services(name).command.at(-1)).toBe('--config-path=/conf.d');
  });

  it('names no process that is not there, and lets each writer be called', () => {
    const known = ['main', ...workers.map(({ name }) => name)];
    const map = homeserver.instance_map as Record<string, { host: string; port: number }>;
    expect(known).toEqual(expect.arrayContaining(Object.keys(map)));
    for (const [name, { host, port }] of Object.entries(map)) {
      expect(host).toBe(serviceOf(name));
      const { listeners, worker_listeners } = name === 'main' ? homeserver : fileOfWorker(name);
      expect(listeners ?? worker_listeners).toContainEqual(
        expect.objectContaining({ port, resources: [{ names: ['replication'], compress: false }] }),
      );
    }
    const writers = Object.values(homeserver.stream_writers as Record<string, string[]>).flat();
    expect(Object.keys(map)).toEqual(expect.arrayContaining(writers));
    expect(known).toEqual(
      expect.arrayContaining([
        ...homeserver.federation_sender_instances,
        ...homeserver.pusher_instances,
        homeserver.run_background_tasks_on,
        homeserver.notify_appservices_from_worker,
        homeserver.update_user_directory_from_worker,
        homeserver.media_instance_running_background_jobs,
      ]),
    );
  });

  it('keeps the media with one process', () => {
    expect(homeserver.enable_media_repo).toBe(false);
    const keepers = workers.filter(({ name }) => fileOfWorker(name).enable_media_repo === true);
    expect(keepers.map(({ role }) => role)).toEqual(['media']);
  });

  it('gives each process its pool and its caches, and the same database', () => {
    const { cp_min: _, cp_max: __, ...connection } = homeserver.database.args;
    for (const worker of workers) {
      const file = fileOfWorker(worker.name);
      expect(file.database).toEqual({
        ...homeserver.database,
        args: { ...connection, cp_min: worker.poolMin, cp_max: worker.poolMax },
      });
      expect(file.caches.global_factor).toBe(worker.cacheFactor);
    }
  });

  it('publishes no worker and no replication', () => {
    for (const name of names) expect(services(name).ports).toBeUndefined();
    expect(fileOf(desired, PATHS.caddyfile)).not.toContain('9093');
  });

  it('talks to the servers of the list only', () => {
    expect(homeserver.federation_domain_whitelist).toEqual(['example.org', 'matrix.example.com']);
  });

  it('restarts one worker for its own cache, and all processes for what they share', () => {
    const [first, ...others] = newsroom.budget.processes.filter(({ role }) => role === 'sync');
    if (first === undefined) throw new Error('no sync worker');
    const processes = newsroom.budget.processes.map((process) =>
      process.name === first.name ? { ...process, cacheFactor: 0.15 } : process,
    );
    expect(others.length).toBeGreaterThan(0);
    expect(changed({ budget: { ...newsroom.budget, processes } }, {}, newsroom)).toEqual([
      serviceOf(first.name),
    ]);
    expect(changed({ confdDigest: 'x' }, {}, newsroom)).toEqual(['synapse', ...names]);
  });
});

describe('with the database on another machine', () => {
  const desired = render(inputOf('community-two-boxes'), templates);

  it('has no Postgres, and waits for none', () => {
    expect(desired.services).not.toContain('postgres');
    expect(servicesOf(desired)('synapse')).toMatchObject({
      depends_on: { redis: { condition: 'service_healthy' } },
    });
    expect(fileOf(desired, PATHS.compose)).not.toMatch(/^ {2}postgres:/m);
    expect(desired.directories.map(({ path }) => path)).not.toContain(PATHS.postgresHome);
  });

  it('asks for an encrypted connection to the right server', () => {
    const { database, federation_domain_whitelist } = parse(fileOf(desired, PATHS.homeserver));
    expect(database.args).toMatchObject({
      host: 'db.example.com',
      sslmode: 'verify-full',
      passfile: '/secrets/pgpass',
    });
    expect(federation_domain_whitelist).toEqual([]);
  });
});

describe('compose.yaml', () => {
  it('has the project’s pinned name', () => {
    expect(parse(fileOf(render(family, templates), PATHS.compose)).name).toBe(PROJECT);
  });

  it('reads images from the lock file, with the tag as default', () => {
    expect(servicesOf(render(family, templates))('synapse').image).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's variable
      '${SYNAPSE_IMAGE:-ghcr.io/element-hq/synapse:v1.163.2}',
    );
  });

  it('doubles the dollar of a value that is ours', () => {
    const images = { ...family.release.images, redis: 'registry.example.org/$x/redis:8' };
    const services = servicesOf(render({ ...family, release: { ...family.release, images } }, templates));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's variable
    expect(services('redis').image).toBe('${REDIS_IMAGE:-registry.example.org/$$x/redis:8}');
  });

  it('tells an image that keeps its data elsewhere, as Postgres 18 does, where the database is', () => {
    const service = (postgresMajor: number) => {
      const { volumes, environment } = servicesOf(
        render({ ...family, release: { ...family.release, postgresMajor } }, templates),
      )('postgres');
      return [volumes[0]?.target, environment?.PGDATA];
    };
    expect(service(17)).toEqual(['/var/lib/postgresql/data', undefined]);
    expect(service(18)).toEqual(['/var/lib/postgresql/data', '/var/lib/postgresql/data']);
  });
});

describe('homeserver.yaml', () => {
  const homeserver = (input: RenderInput) => parse(fileOf(render(input, templates), PATHS.homeserver));

  it('names no secret but by its file', () => {
    const text = fileOf(render(family, templates), PATHS.homeserver);
    expect(text).not.toMatch(/^\s*(password|macaroon_secret_key|form_secret|registration_shared_secret):/m);
    expect(homeserver(family)).toMatchObject({
      enable_registration: false,
      report_stats: false,
      redis: { password_path: '/secrets/redis_password' },
      database: { args: { passfile: '/secrets/pgpass' } },
    });
  });

  it('asks no key server in a private federation', () => {
    const config = homeserver(inputOf('sentinel-private-federation'));
    expect(config.trusted_key_servers).toEqual([]);
    expect(config.ip_range_whitelist).toEqual(['10.0.0.0/8', 'fd00::/8']);
    expect(config).not.toHaveProperty('federation_ip_range_blacklist');
  });

  it('keeps the answers the strings that they are', () => {
    const config = homeserver(
      inputOf('family-garrison', { domain: '1e5.0123', matrixHost: '12.yes', federateWith: [] }),
    );
    expect(config).toMatchObject({ server_name: '1e5.0123', public_baseurl: 'https://12.yes/' });
  });
});

describe('Caddyfile', () => {
  const caddyfile = (input: RenderInput) => fileOf(render(input, templates), PATHS.caddyfile);

  it.each([
    ['both names', family, ['matrix.example.org {', 'example.org {', 'chat.example.org {']],
    [
      'the Matrix host alone where the domain is elsewhere',
      { ...family, apexHere: false },
      ['matrix.example.org {', 'chat.example.org {'],
    ],
    ['one site where both are one name', inputOf('one-name-only'), ['example.net {']],
  ])('serves %s', (_, input, sites) => {
    expect(
      caddyfile(input)
        .match(/^\S+\.\S+ \{$/gm)
        ?.filter((site) => !site.includes('127.0.0.1')),
    ).toEqual(sites);
  });

  it('names a mail address only when there is one', () => {
    expect(caddyfile(family)).toContain('\temail "ada@example.org"\n');
    expect(caddyfile(inputOf('one-name-only'))).not.toContain('email');
  });

  it.each(['x.org {\n\trespond "mine"\n}\n', 'X.org', 'a b.org', ''])('refuses the name %j', (matrixHost) => {
    expect(() => render(inputOf('family-garrison', { matrixHost }), templates)).toThrow('not a host name');
  });
});

describe('folders', () => {
  it('are made parents first, and every file has one', () => {
    const { directories, files } = render(family, templates);
    const made = new Set<string>();
    const parent = (path: string) => path.slice(0, path.lastIndexOf('/'));
    for (const { path } of directories) {
      expect(made.size === 0 || made.has(parent(path)), path).toBe(true);
      made.add(path);
    }
    for (const { path } of files) expect(made, path).toContain(parent(path));
  });

  it('leaves conf.d to the operator', () => {
    const { directories, files } = render(family, templates);
    expect(directories.filter(({ operators }) => operators)).toMatchObject([{ path: PATHS.confd }]);
    expect(files.filter(({ path }) => path.startsWith(PATHS.confd))).toEqual([]);
  });
});
