import { parseAnswersFile } from '../answers/file.ts';
import type { FailureText } from '../errors.ts';
import type { HostFacts } from '../plan/facts.ts';
import { RELEASE } from '../releases/release.ts';
import { PATHS } from '../render/layout.ts';
import { lockedImages } from '../steps/compare.ts';
import { type Destination, placeText } from './destination.ts';
import { leftOut } from './left-out.ts';
import { outdated } from './names.ts';
import type { BackupFacts } from './seen.ts';
import { sizeText } from './size.ts';

export interface BackupRequest {
  readonly destination: Destination;
  /** How many backups of this server stay, the new one among them. */
  readonly keep: number;
  /** Public key of age; absent: the file is not encrypted. */
  readonly recipient?: string;
  /** Somebody said that it need not be encrypted where others keep the disks. */
  readonly unencrypted?: boolean;
  /** Keys of the object store are given by this run. */
  readonly withKeys?: boolean;
  /** Made before an upgrade, which touches no media: without them, and recorded apart from the others. */
  readonly before?: 'upgrade';
}

/** Where Synapse's database is, and the image whose programs reach it. */
export interface DatabaseWay {
  readonly place: 'here' | 'elsewhere';
  readonly image: string;
}

/** As the machine's own answers say. Pure. */
export const databaseWay = (host: HostFacts): DatabaseWay => {
  const { database, dbHost } = parseAnswersFile(host.storedAnswers, PATHS.answers).answers;
  return {
    place: database === undefined && dbHost === undefined ? 'here' : 'elsewhere',
    image: lockedImages(host.imageLock).postgres ?? RELEASE.images.postgres,
  };
};

/** What will be done, and what is expected of it. */
export interface BackupPlan extends BackupRequest {
  readonly serverName: string;
  /** How the server's machine is named to people. */
  readonly machine: string;
  readonly database: DatabaseWay;
  /** Bytes, at most. */
  readonly forecast: { readonly database: number; readonly media: number };
  readonly free: number;
  /** Packages that are missing. */
  readonly installs: readonly string[];
  /** Names of backups that go when the new one is there. */
  readonly removes: readonly string[];
  /** Data of the server that it will not hold, a phrase each. */
  readonly leavesOut: readonly string[];
}

/** What is left free on the disk at least: a server that writes into a full one stops. Guess. */
const SPARE = 512 * 1024 * 1024;

const SAFE = 'Nothing was written; the server runs and earlier backups are untouched.';

const problem = (text: Omit<FailureText, 'safe'>): FailureText => ({ ...text, safe: SAFE });

/** The server's name as its own answers say it; undefined when no server of ours is on the machine. */
export const serverNameOf = (host: HostFacts): string | undefined => {
  const { domain } = parseAnswersFile(host.storedAnswers, PATHS.answers).answers;
  return host.storedAnswers === '' || typeof domain !== 'string' ? undefined : domain;
};

/** Why no backup can be made of what is on the machine. */
const unfit = (host: HostFacts, machine: string): FailureText | undefined => {
  const { answers } = parseAnswersFile(host.storedAnswers, PATHS.answers);
  if (answers.domain === undefined)
    return problem({
      code: 'MB-BACKUP-NONE',
      what: `There is no server of matrix-bastion on ${machine}.`,
      why: host.storedAnswers === '' ? `${PATHS.answers} is not there.` : `${PATHS.answers} names no domain.`,
      fix: ['Name the machine that runs the homeserver.'],
    });
  if ((host.files[PATHS.signingKey]?.size ?? 0) === 0)
    return problem({
      code: 'MB-KEY-LOST',
      what: `The signing key is gone: ${PATHS.signingKey}.`,
      why: 'A backup without it could not bring this server back.',
      fix: ['Put it back from an earlier backup, then run this again.'],
    });
  return undefined;
};

/** Plan of one backup, or what stands in its way. Pure. */
export const planBackup = (
  request: BackupRequest,
  host: HostFacts,
  facts: BackupFacts,
  machine: string,
): { readonly plan: BackupPlan } | { readonly problem: FailureText } => {
  const refused = unfit(host, machine);
  if (refused !== undefined) return { problem: refused };
  const { destination, recipient, keep } = request;
  const place = placeText(destination, machine);
  if (destination.store === 's3' && recipient === undefined && !request.unencrypted)
    return { problem: problem(unencrypted(place)) };
  if (facts.tables === undefined)
    return {
      problem: problem({
        code: 'MB-BACKUP-DATABASE',
        what: 'The database does not answer, so there is nothing to back up from.',
        fix: [`See what is wrong, and let it be put right: matrix-bastion init ${machine}`],
      }),
    };
  if (facts.unreached !== undefined || facts.free === undefined)
    return { problem: problem(unreached(destination, place, facts.unreached ?? 'df says nothing')) };
  const forecast = { database: facts.tables, media: request.before === 'upgrade' ? 0 : facts.media };
  const needed = forecast.database + forecast.media + SPARE;
  if (facts.free < needed)
    return {
      problem: problem({
        code: 'MB-BACKUP-DISK',
        what: `There is not enough room in ${place}.`,
        why: `The backup may take ${sizeText(needed - SPARE)} (database ${sizeText(forecast.database)}, media ${sizeText(forecast.media)}), ${sizeText(SPARE)} stay free; ${sizeText(facts.free)} are free.`,
        fix: ['Free space there, or choose another place: --to user@host:/FOLDER'],
      }),
    };
  if (destination.store === 's3' && !request.withKeys && (facts.lacks ?? []).includes('keys'))
    return { problem: problem(noKeys(place)) };
  const needsRclone = (facts.lacks ?? []).includes('rclone');
  const needsAge = recipient !== undefined && !facts.age;
  if (needsAge && host.machine.dpkgArch === '')
    return {
      problem: problem({
        code: 'MB-BACKUP-AGE',
        what: 'age is not on the machine, and it has no apt to get it with.',
        fix: ['Install age there, or leave --recipient away.'],
      }),
    };
  if (needsRclone && host.machine.dpkgArch === '')
    return {
      problem: problem({
        code: 'MB-BACKUP-S3',
        what: 'rclone is not on the machine, and it has no apt to get it with.',
        fix: ['Install rclone there, or choose another place: --to user@host:/FOLDER'],
      }),
    };
  const serverName = serverNameOf(host) as string;
  return {
    plan: {
      ...request,
      serverName,
      machine,
      database: databaseWay(host),
      forecast,
      free: facts.free,
      installs: [...(needsAge ? ['age'] : []), ...(needsRclone ? ['rclone'] : [])],
      removes: outdated(
        serverName,
        facts.found.map(({ name }) => name),
        keep,
      ),
      leavesOut: leftOut(host),
    },
  };
};

/** Who keeps the disks of an object store, and whom else its keys let in, nobody here can tell. */
const unencrypted = (place: string): Omit<FailureText, 'safe'> => ({
  code: 'MB-BACKUP-UNENCRYPTED',
  what: `The backup would go to ${place} unencrypted.`,
  why: 'It holds every secret of the server, the signing key and all messages that are not encrypted: whoever reads the bucket has them.',
  fix: [
    'Make a key on your own computer (age-keygen is part of age), and keep its file where the server is not: age-keygen -o backup-key.txt',
    'Then run this again with the public key that it printed: --recipient age1…',
    'Or, where nobody else can read the bucket: --unencrypted',
  ],
});

const noKeys = (place: string): Omit<FailureText, 'safe'> => ({
  code: 'MB-BACKUP-S3',
  what: `The machine has no keys for ${place}.`,
  why: 'They are kept there once they were given, for root alone, so that a timer can use them.',
  fix: [
    'Name a file with aws_access_key_id = … and aws_secret_access_key = …: --s3-credentials-file FILE',
    "Where it is not Amazon's own: --s3-endpoint URL, and --s3-region NAME if it has one.",
  ],
});

const unreached = ({ remote, store }: Destination, place: string, why: string): Omit<FailureText, 'safe'> => {
  if (store === 's3')
    return {
      code: 'MB-BACKUP-S3',
      what: `The machine cannot look into ${place}.`,
      why,
      fix: [
        'The bucket has to be there, and the keys have to open it: read, write, list and delete.',
        'Give other keys with --s3-credentials-file FILE, another address with --s3-endpoint URL.',
      ],
    };
  return remote === undefined
    ? {
        code: 'MB-BACKUP-FOLDER',
        what: `${place} cannot be looked at.`,
        why,
        fix: ['Choose another: --to /FOLDER'],
      }
    : {
        code: 'MB-BACKUP-REMOTE',
        what: `The machine does not reach ${remote} by SSH as root.`,
        why,
        fix: [
          "Backups go from the machine itself, so that a timer can make them too: root's own key has to be let in there.",
          `On the machine, once: ssh-keygen -t ed25519; ssh-copy-id ${remote}; ssh ${remote} true`,
        ],
      };
};

const notEncrypted = ({ store }: Destination): string =>
  `no: it holds every secret of the server (${store === 's3' ? 'for whoever reads the bucket' : '0600'})`;

/** The plan as rows for people. */
export const planRows = (plan: BackupPlan): { readonly name: string; readonly value: string }[] => {
  const { forecast, recipient, destination, removes, leavesOut } = plan;
  return [
    { name: 'Backup of', value: plan.serverName },
    { name: 'Goes to', value: placeText(destination, plan.machine) },
    {
      name: 'Size',
      value: `at most ${sizeText(forecast.database + forecast.media)} (database ${sizeText(forecast.database)}, media ${sizeText(forecast.media)})${Number.isFinite(plan.free) ? `; ${sizeText(plan.free)} are free` : ''}`,
    },
    {
      name: 'Encrypted',
      value: recipient === undefined ? notEncrypted(destination) : `for ${recipient}`,
    },
    ...(leavesOut.length > 0 ? [{ name: 'Not in it', value: leavesOut.join('\n') }] : []),
    ...(plan.installs.length > 0 ? [{ name: 'Installs', value: plan.installs.join(', ') }] : []),
    {
      name: 'Kept',
      value: `the newest ${plan.keep}${removes.length > 0 ? `; afterwards ${removes.join(', ')} will go` : ''}`,
    },
  ];
};
