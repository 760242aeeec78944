import { certifiedNames } from '../plan/certified-names.ts';
import type { Change } from '../plan/change.ts';
import type { Facts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { PATHS } from '../render/layout.ts';
import { differingFiles, isCurrent, isHealthy, whyNotCurrent } from './compare.ts';
import type { Step } from './step.ts';
import { webClient } from './web-client.ts';

/** What Caddy serves from files, and what the web client reads. */
const FOLDERS = [PATHS.wellKnown, PATHS.guide, PATHS.elementConfig, PATHS.cinnyConfig];

const isOurs = (path: string): boolean =>
  path === PATHS.caddyfile || FOLDERS.some((folder) => path.startsWith(`${folder}/`));

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

    changes.push(...webClient(goal, host));

    const stale = !isCurrent('caddy', goal.desired, host);
    if (stale) {
      const reason = `caddy: ${whyNotCurrent('caddy', goal.desired, host)}`;
      changes.push({ kind: 'start-services', services: ['caddy'], reason });
    }
    if (stale || !isHealthy('caddy', host)) changes.push({ kind: 'await-healthy', services: ['caddy'] });

    // A Caddy that starts now reads the file by itself; whether it did is seen in the next look.
    if (!stale && host.loadedCaddyfile !== goal.desired.caddyfileDigest)
      changes.push({ kind: 'reload-caddy' });

    const unseen = certifiedNames(goal).filter((name) => !outside.certificates[name]?.verified);
    if (unseen.length > 0) changes.push({ kind: 'await-certificate', names: unseen });
    if (!outside.wellKnownPublished) {
      changes.push({ kind: 'await-well-known', domain: goal.answers.domain, published: goal.apexHere });
    }
    return changes;
  },
};
