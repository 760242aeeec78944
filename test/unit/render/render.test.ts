import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Desired, RenderInput } from '../../../src/render/desired.ts';
import { CONFIG_LABEL, PATHS, PROJECT, SERVICES, type Service } from '../../../src/render/layout.ts';
import { render } from '../../../src/render/render.ts';
import type { Templates } from '../../../src/render/templates.ts';
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

const servicesOf = (desired: Desired) =>
  parse(fileOf(desired, PATHS.compose)).services as Record<Service, ComposeService>;

const changed = (change: Partial<RenderInput>, texts: Partial<Templates> = {}): Service[] => {
  const before = render(family, templates).configHashes;
  const after = render({ ...family, ...change }, { ...templates, ...texts }).configHashes;
  return SERVICES.filter((service) => before[service] !== after[service]);
};

describe.each(Object.keys(SCENARIOS))('compose.yaml of %s', (name) => {
  const desired = render(inputOf(name), templates);
  const services = servicesOf(desired);

  it('has each hash in its container’s label', () => {
    for (const service of SERVICES) {
      expect(services[service].labels).toEqual({ [CONFIG_LABEL]: desired.configHashes[service] });
    }
  });

  it('locks every container down', () => {
    for (const service of SERVICES) {
      expect(services[service], service).toMatchObject({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        read_only: true,
        restart: 'always',
      });
      expect(services[service].user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(services[service].logging.options['max-size']).toBeDefined();
      expect(services[service].healthcheck.test.length).toBeGreaterThan(1);
    }
    expect(SERVICES.filter((service) => services[service].cap_add)).toEqual(['caddy']);
  });

  it('publishes ports of Caddy only', () => {
    expect(SERVICES.filter((service) => services[service].ports)).toEqual(['caddy']);
  });

  it('mounts only folders that it makes, and makes none by accident', () => {
    // The database's folder comes with the database, whole; everything else is made before.
    const made = new Set([...desired.directories.map(({ path }) => path), PATHS.postgresData]);
    for (const service of SERVICES) {
      for (const volume of services[service].volumes) {
        expect(made, volume.source).toContain(volume.source);
        expect(volume).toMatchObject({ type: 'bind', bind: { create_host_path: false } });
      }
    }
  });

  it('gives no container a secret but by a file', () => {
    for (const service of SERVICES) {
      for (const [key, value] of Object.entries(services[service].environment ?? {})) {
        expect(/PASSWORD|SECRET|KEY|TOKEN/.test(key) && !key.endsWith('_FILE'), `${key}=${value}`).toBe(
          false,
        );
      }
    }
  });
});

describe('config hashes', () => {
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
        budget: { ...family.budget, postgres: { ...family.budget.postgres, workMem: 5 } },
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

describe('compose.yaml', () => {
  it('has the project’s pinned name', () => {
    expect(parse(fileOf(render(family, templates), PATHS.compose)).name).toBe(PROJECT);
  });

  it('reads images from the lock file, with the tag as default', () => {
    expect(servicesOf(render(family, templates)).synapse.image).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's variable
      '${SYNAPSE_IMAGE:-ghcr.io/element-hq/synapse:v1.163.2}',
    );
  });

  it('doubles the dollar of a value that is ours', () => {
    const images = { ...family.release.images, redis: 'registry.example.org/$x/redis:8' };
    const services = servicesOf(render({ ...family, release: { ...family.release, images } }, templates));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's variable
    expect(services.redis.image).toBe('${REDIS_IMAGE:-registry.example.org/$$x/redis:8}');
  });

  it('mounts the parent folder for Postgres 18 and later', () => {
    const target = (postgresMajor: number) =>
      servicesOf(render({ ...family, release: { ...family.release, postgresMajor } }, templates)).postgres
        .volumes[0]?.target;
    expect(target(17)).toBe('/var/lib/postgresql/data');
    expect(target(18)).toBe('/var/lib/postgresql');
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
    ['both names', family, ['matrix.example.org {', 'example.org {']],
    [
      'the Matrix host alone where the domain is elsewhere',
      { ...family, apexHere: false },
      ['matrix.example.org {'],
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
