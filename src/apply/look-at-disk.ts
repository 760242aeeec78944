import { type DiskSeen, type Point, pointLine, readDisk } from '../disk/seen.ts';
import { Failure } from '../errors.ts';
import { RELEASE } from '../releases/release.ts';
import { PATHS } from '../render/layout.ts';
import { databaseScript, type LookHands } from './look-in-database.ts';
import { script, tail } from './script.ts';
import type { Hands } from './tools.ts';

/** Counting large media takes long. */
const LIMIT_MS = 10 * 60_000;

const GROWTH = `${PATHS.state}/disk-growth`;

/** Where backups lie unless somebody says otherwise. */
const PLACES = ['/var/backups/matrix-bastion', '/var/backups/matrix-bastion-upgrade'];

/** `docker.io/library/postgres:17` is `postgres` to Docker's own lists. */
const nameOf = (image: string): string =>
  image.replace(/[:@][^/]*$/, '').replace(/^docker\.io\/(?:library\/)?/, '');

/** One round trip, nothing changed. @param before milliseconds since 1970 @throws Failure MB-DISK-LOOK */
export const lookAtDisk = async (hands: LookHands, before: number): Promise<DiskSeen> => {
  const { host, signal } = hands;
  const text = databaseScript(
    'look-at-disk.sh',
    {
      media: `${PATHS.root}/synapse/data/media_store`,
      places: PLACES.join(' '),
      ours: [...new Set(Object.values(RELEASE.images).map(nameOf))].join(' '),
      before,
      growth: GROWTH,
    },
    hands,
  );
  const { stdout, stderr } = await host.run(text, { timeout: LIMIT_MS, signal });
  const seen = readDisk(stdout);
  if (seen !== undefined) return seen;
  throw new Failure({
    code: 'MB-DISK-LOOK',
    what: `The disk of ${host.name} could not be looked at.`,
    why: tail(stderr, 1)[0] ?? 'df said nothing',
    safe: 'Nothing was changed.',
  });
};

/** So that a later look can tell what grows. A disk that is full takes no note: that is no failure of the look. */
export const noteGrowth = async (
  point: Point,
  { host, scripts, signal }: Omit<Hands, 'progress'>,
): Promise<void> => {
  await host.run(script({ scripts }, 'note-growth.sh', { growth: GROWTH, line: pointLine(point) }), {
    signal,
  });
};
