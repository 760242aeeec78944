import { certificateServes } from '../database/certificate.ts';
import type { Change } from '../plan/change.ts';
import type { Facts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { docker } from './1-docker.ts';
import { leftovers, missingImages, missingSecrets, secretRepairs } from './2-homeserver.ts';
import { databaseHere } from './3-database.ts';
import { differingDirectories, differingFiles } from './compare.ts';
import type { Step } from './step.ts';

/** Files, secrets, image and certificate of the second machine. */
const configuration: Step = {
  id: 'homeserver',
  title: 'Configuration of the database',
  changes(goal: Goal, { host, outside, databaseBox }: Facts): Change[] {
    if (databaseBox === undefined) return [];
    const { desired } = goal;
    const directories = differingDirectories(desired.directories, host);
    const files = differingFiles(desired.files, host);
    const tls = { certificate: host.databaseCertificate, authority: host.databaseAuthority };
    const { reachedAs } = databaseBox;
    return [
      ...leftovers(host),
      ...(directories.length > 0 ? [{ kind: 'make-directories', directories } as const] : []),
      ...(files.length > 0 ? [{ kind: 'write-files', files } as const] : []),
      ...missingSecrets(desired.secrets, host),
      ...secretRepairs(desired.secrets, host),
      ...missingImages(desired, host),
      ...(certificateServes(tls, reachedAs, outside.clock)
        ? []
        : [{ kind: 'create-database-certificate', address: reachedAs } as const]),
    ];
  },
};

const database: Step = {
  id: 'database',
  title: 'The database',
  changes: (goal: Goal, { host }: Facts): Change[] => databaseHere(['postgres'], goal, host),
};

/** What the second machine needs, by the id of the step under which it is shown, and which it comes before. */
export const DATABASE_BOX_STEPS: readonly Step[] = [docker, configuration, database];
