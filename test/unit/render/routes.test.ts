import { assert, constantFrom, property as fcProperty, nat, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RELEASE } from '../../../src/releases/release.ts';
import { SYNAPSE_VERSIONS } from '../../../src/releases/synapse.ts';
import { renderCaddyfile } from '../../../src/render/caddyfile.ts';
import { serving } from '../../../src/render/routes/serving.ts';
import { ROUTES, type Route } from '../../../src/render/routes/table.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { type ProcessBudget, ROLES, type Role } from '../../../src/sizing/budget.ts';
import { PATTERNS } from '../../e2e/workers/patterns.ts';
import { SAMPLES, type Sample } from '../../e2e/workers/samples.ts';
import { inputOf } from './scenarios.ts';

const templates = loadTemplates();
const UNROUTED: readonly Role[] = ['main', 'federation_sender', 'event_persister'];
const ROUTED = ROLES.filter((role) => !UNROUTED.includes(role));
const PUBLIC = SAMPLES.filter(({ role }) => role !== 'nobody');

const takes = ({ methods, path }: Route, method: string, uri: string): boolean =>
  (methods === undefined || methods.some((one) => one === method)) && new RegExp(path).test(uri);

const rolesOf = (method: string, uri: string): string[] => [
  ...new Set(ROUTES.routes.filter((route) => takes(route, method, uri)).map(({ role }) => role)),
];

/** A layout of so many processes of each role. */
const layout = (counts: Partial<Record<Role, number>>): ProcessBudget[] =>
  ROLES.flatMap((role): ProcessBudget[] =>
    role === 'main'
      ? [{ name: 'main', role, mib: 500, cacheFactor: 0.5, poolMin: 1, poolMax: 5 }]
      : Array.from({ length: counts[role] ?? 0 }, (_, index) => ({
          name: `${role.replaceAll('_', '-')}-${index + 1}`,
          role,
          mib: 300,
          cacheFactor: 0.5,
          poolMin: 1,
          poolMax: 5,
        })),
  );

const caddyfile = (processes: readonly ProcessBudget[]): string => {
  const input = inputOf('family-garrison');
  return renderCaddyfile({ ...input, budget: { ...input.budget, processes } }, templates).text;
};

interface Block {
  readonly methods?: readonly string[];
  readonly path: RegExp;
  readonly limit: string;
  readonly upstreams: readonly string[];
  readonly text: string;
}

/** The blocks of a Caddyfile that choose upstreams, read as Caddy reads them; the last one takes what is left. */
function blocksOf(text: string): Block[] {
  const routing = /\n\thandle @public \{\n([\s\S]*?)\n\t\}\n/.exec(text)?.[1] ?? '';
  const matchers = new Map<string, { methods?: readonly string[]; path: RegExp }>();
  for (const [, name = '', path = ''] of routing.matchAll(/^\t\t@(\w+) vars_regexp \{uri\} (\S+)$/gm)) {
    matchers.set(name, { path: new RegExp(path) });
  }
  for (const [, name = '', methods = '', path = ''] of routing.matchAll(
    /^\t\t@(\w+) \{\n\t+method (.+)\n\t+vars_regexp \{uri\} (\S+)\n\t\t\}$/gm,
  )) {
    matchers.set(name, { methods: methods.split(' '), path: new RegExp(path) });
  }
  return [...routing.matchAll(/^\t\thandle (?:@(\w+) )?\{\n([\s\S]*?)\n\t\t\}$/gm)].map(
    ([, name, inside = '']) => {
      const [, limit = '', upstreams = ''] = /import proxy (\S+) 15s (.*)$/.exec(inside) ?? [];
      const matcher = name === undefined ? { path: /^/ } : matchers.get(name);
      if (matcher === undefined) throw new Error(`no matcher @${name}`);
      return { ...matcher, limit, upstreams: upstreams.split(' '), text: inside };
    },
  );
}

const blockFor = (blocks: readonly Block[], method: string, uri: string): Block => {
  const block = blocks.find(({ methods, path }) => (!methods || methods.includes(method)) && path.test(uri));
  if (block === undefined) throw new Error(`nobody takes ${method} ${uri}`);
  return block;
};

const MAIN = ['synapse:8008'];
const expected = ({ role }: Sample, processes: readonly ProcessBudget[]): readonly string[] => {
  const found = ROUTES.routes.find((route) => route.role === role);
  const names = found === undefined ? [] : serving(found.role, processes).map(({ name }) => name);
  return names.length === 0 ? MAIN : names.map((name) => `synapse-${name}:8008`);
};

describe('the route table', () => {
  it('was read from the Synapse that is installed', () => {
    expect(SYNAPSE_VERSIONS.find(({ version }) => version === RELEASE.synapse)?.routes).toBe(ROUTES.synapse);
    expect(RELEASE.synapse.split('.').slice(0, 2).join('.')).toBe(ROUTES.synapse);
  });

  it('has routes for every role that answers requests, and for no other', () => {
    expect([...new Set(ROUTES.routes.map(({ role }) => role))].sort()).toEqual([...ROUTED].sort());
  });

  it('is written in what JavaScript and Go have in common', () => {
    for (const { path } of ROUTES.routes) {
      expect(path).toMatch(/^\^\/_matrix\//);
      expect(path, 'groups that look about, references').not.toMatch(/\(\?|\\[1-9]|\s/);
      // `.` and `$` would read on into the query, or not see where it begins.
      expect(path.replace(/\\\.|\(\\\?\|\$\)|\(\/\|\\\?\|\$\)/g, '')).not.toMatch(/[.$]/);
    }
  });

  it.each(PUBLIC.map((one) => [`${one.method} ${one.path}`, one] as const))(
    '%s',
    (_, { method, path, role }) => {
      for (const uri of [
        path,
        `${path}?`,
        `${path}?next=/_matrix/client/v3/sync`,
        `${path}?a=/rooms/x/state`,
      ]) {
        expect(rolesOf(method, uri)).toEqual(role === 'main' ? [] : [role]);
      }
    },
  );

  it('goes by methods only where the main process has the others', () => {
    for (const { methods, path } of ROUTES.routes.filter((route) => route.methods)) {
      const samples = PUBLIC.filter((one) => new RegExp(path).test(one.path));
      expect(samples.some(({ method }) => methods?.some((one) => one === method))).toBe(true);
      expect(
        samples.some(({ method, role }) => !methods?.some((one) => one === method) && role === 'main'),
      ).toBe(true);
    }
  });

  it('has a request for every route', () => {
    for (const route of ROUTES.routes) {
      expect(
        PUBLIC.some(({ method, path }) => takes(route, method, path)),
        route.path,
      ).toBe(true);
    }
  });
});

describe('the manual’s patterns', () => {
  it('are matched by the requests made of them', () => {
    for (const { pattern, paths } of PATTERNS) {
      for (const path of paths ?? []) expect(path).toMatch(new RegExp(pattern));
      expect(
        SAMPLES.some(({ path }) => new RegExp(pattern).test(path)),
        pattern,
      ).toBe(true);
    }
  });
});

const LAYOUTS: Readonly<Record<string, Partial<Record<Role, number>>>> = {
  'one process': {},
  'one worker of each kind': Object.fromEntries(ROLES.map((role) => [role, 1])),
  'several workers of each kind': Object.fromEntries(ROLES.map((role) => [role, 3])),
  'media alone': { media: 1 },
  'no inbound': { federation_reader: 2, sync: 1 },
  'workers without routes': { federation_sender: 2, event_persister: 2 },
};

describe.each(Object.entries(LAYOUTS))('the Caddyfile for %s', (_, counts) => {
  const processes = layout(counts);
  const text = caddyfile(processes);
  const blocks = blocksOf(text);

  it('sends every request to the processes that serve it', () => {
    for (const one of PUBLIC) {
      const block = blockFor(blocks, one.method, `${one.path}?x=1`);
      expect(block.upstreams, `${one.method} ${one.path}`).toEqual(expected(one, processes));
      expect(block.limit, one.path).toBe(one.role === 'media' ? '50MiB' : '13MB');
    }
  });

  it('reaches every process that has routes, and no other', () => {
    const reached = new Set(blocks.flatMap(({ upstreams }) => upstreams));
    const named = processes
      .filter(({ role }) => role === 'main' || !UNROUTED.includes(role))
      .map(({ name }) => (name === 'main' ? 'synapse:8008' : `synapse-${name}:8008`));
    expect([...reached].sort()).toEqual(named.sort());
  });

  it('balances by a header of its own only where there is a choice', () => {
    const choice = blocks.some(({ upstreams }) => upstreams.length > 1);
    expect(text.includes('request_header -X-Bastion-Hash\n')).toBe(choice);
    expect(text.includes('header_up -X-Bastion-Hash\n')).toBe(choice);
    for (const block of blocks) {
      if (block.upstreams.length === 1) expect(block.text).not.toContain('Hash');
    }
  });

  it('keeps what is not public out twice', () => {
    expect(text).toContain('path /_matrix/* /_synapse/client/*\n');
    expect(text).toContain('vars_regexp {http.request.orig_uri} ^/(_matrix|_synapse/client)/\n');
    expect(text.match(/import proxy/g)).toHaveLength(blocks.length);
    expect(text).not.toMatch(/^\s*(rewrite|handle_path)\b/m);
  });
});

describe('balancing', () => {
  const blocks = blocksOf(caddyfile(layout(Object.fromEntries(ROLES.map((role) => [role, 2])))));
  it.each([
    ['sync', 'GET', '/_matrix/client/v3/sync', '{bastion_user}'],
    ['sending', 'PUT', '/_matrix/client/v3/rooms/%21a%2Fb/send/m.room.message/1', '{re.room.1}'],
    ['reading a room', 'GET', '/_matrix/client/v3/rooms/%21a%2Fb/messages?from=1', '{re.room.1}'],
    ['a server’s events', 'PUT', '/_matrix/federation/v1/send/1', '{bastion_origin}'],
  ])('of %s', (_, method, uri, by) => {
    expect(blockFor(blocks, method, uri).text).toMatch(
      new RegExp(`request_header (@room )?X-Bastion-Hash ${by.replaceAll('.', '\\.')}\n`),
    );
  });

  it('takes the room’s id as it is written, and the first one', () => {
    const pattern = /vars_regexp room \{uri\} (\S+)/.exec(
      blockFor(blocks, 'GET', '/_matrix/client/v3/rooms/x/messages').text,
    )?.[1];
    const room = (uri: string) => new RegExp(pattern ?? '').exec(uri)?.[1];
    expect(room('/_matrix/client/v3/rooms/%21a%2Fb:c/messages?from=/rooms/x')).toBe('%21a%2Fb:c');
    expect(room('/_matrix/client/v3/rooms/%21a/state/x/rooms/y/z')).toBe('%21a');
    expect(room('/_matrix/client/v3/search?x=/rooms/y/')).toBeUndefined();
  });
});

describe('a role without a process', () => {
  const names = (role: Parameters<typeof serving>[0], counts: Partial<Record<Role, number>>) =>
    serving(role, layout(counts)).map(({ name }) => name);
  it.each(ROUTED.map((role) => [role]))('%s falls to the main process', (role) => {
    const others = Object.fromEntries(
      ROLES.filter((one) => one !== role && one !== 'federation_reader').map((one) => [one, 1]),
    );
    expect(names(role as Parameters<typeof serving>[0], others)).toEqual([]);
  });
  it('federation_inbound falls to the readers first', () => {
    expect(names('federation_inbound', { federation_reader: 2 })).toEqual([
      'federation-reader-1',
      'federation-reader-2',
    ]);
    expect(names('federation_inbound', { federation_reader: 2, federation_inbound: 1 })).toEqual([
      'federation-inbound-1',
    ]);
    expect(names('federation_reader', { federation_inbound: 2 })).toEqual([]);
  });
});

describe('any layout', () => {
  const counts = record(
    Object.fromEntries(ROLES.filter((role) => role !== 'main').map((role) => [role, nat(3)])),
  );
  it('has one place for each request', () => {
    assert(
      fcProperty(counts, constantFrom(...PUBLIC), (some, one) => {
        const processes = layout(some as Partial<Record<Role, number>>);
        const block = blockFor(blocksOf(caddyfile(processes)), one.method, one.path);
        expect(block.upstreams).toEqual(expected(one, processes));
      }),
      { numRuns: 200 },
    );
  });
});
