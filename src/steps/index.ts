import { docker } from './1-docker.ts';
import { homeserver } from './2-homeserver.ts';
import { database } from './3-database.ts';
import { wellKnown } from './4-wellknown.ts';
import { federation } from './5-federation.ts';
import { admin } from './6-admin.ts';
import type { Step } from './step.ts';

/** The six steps, in order. */
export const STEPS: readonly Step[] = [docker, homeserver, database, wellKnown, federation, admin];
