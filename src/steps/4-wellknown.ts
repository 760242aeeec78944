import { certifiedNames } from '../plan/certified-names.ts';
import type { Change } from '../plan/change.ts';
import type { Facts, HostFacts, OutsideFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { isKeptEdit, PATHS } from '../render/layout.ts';
import { PROXY_NAMES } from '../render/proxy.ts';
import { differingFiles } from './compare.ts';
import { startAll } from './start.ts';
import type { Step } from './step.ts';
import { webClient } from './web-client.ts';

const isIn =
  (folders: readonly string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`));

/** What a web client or a moderation bot reads, and lines for somebody's proxy: there as long as the answers ask for it. */
const isOptional = isIn([
  PATHS.guide,
  PATHS.elementConfig,
  PATHS.cinnyConfig,
  PATHS.draupnirConfig,
  PATHS.mjolnirConfig,
  PATHS.proxy,
]);

const isOurs = (path: string): boolean =>
  path === PATHS.caddyfile || isIn([PATHS.wellKnown])(path) || isOptional(path);

/** Files of a web client, a bot or a proxy that is not wanted any more. */
const obsolete = (goal: Goal, host: HostFacts): string[] => {
  const wanted = new Set(goal.desired.files.map(({ path }) => path));
  return Object.entries(host.files)
    .filter(([path, { type }]) => type === 'file' && isOptional(path) && !wanted.has(path))
    .map(([path]) => path)
    .filter((path) => !isKeptEdit(path));
};

/** What has to be seen from outside once Caddy serves. */
const seenOutside = (goal: Goal, outside: OutsideFacts): Change[] => {
  const { domain, matrixHost, proxy } = goal.answers;
  const published = outside.wellKnownPublished;
  if (proxy !== undefined) {
    const open = outside.throughProxy !== '' || (goal.apexHere && !published);
    return [
      ...(open ? [{ kind: 'await-proxy', matrixHost, proxy: PROXY_NAMES[proxy.software] } as const] : []),
      ...(published || goal.apexHere
        ? []
        : [{ kind: 'await-well-known', domain, published: false } as const]),
    ];
  }
  const unseen = certifiedNames(goal).filter((name) => !outside.certificates[name]?.verified);
  return [
    ...(unseen.length > 0 ? [{ kind: 'await-certificate', names: unseen } as const] : []),
    ...(published ? [] : [{ kind: 'await-well-known', domain, published: goal.apexHere } as const]),
  ];
};

export const wellKnown: Step = {
  id: 'well-known',
  title: 'Publish well-known',
  changes(goal: Goal, { host, outside }: Facts): Change[] {
    const changes: Change[] = [];
    const files = differingFiles(
      goal.desired.files.filter((file) => isOurs(file.path)),
      host,
    );
    if (files.length > 0) changes.push({ kind: 'write-files', files });
    const gone = obsolete(goal, host);
    if (gone.length > 0) changes.push({ kind: 'remove-files', paths: gone });

    changes.push(...webClient(goal, host));

    const { changes: started, ill } = startAll(['caddy'], goal, host);
    changes.push(...started);
    if (ill.length > 0) changes.push({ kind: 'await-healthy', services: ill });

    // A Caddy that starts now reads the file by itself; whether it did is seen in the next look.
    if (started.length === 0 && host.loadedCaddyfile !== goal.desired.caddyfileDigest)
      changes.push({ kind: 'reload-caddy' });

    return [...changes, ...seenOutside(goal, outside)];
  },
};
