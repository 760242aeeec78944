import { serverText } from '../database/words.ts';
import { switchWords } from '../releases/words.ts';
import { PATHS } from '../render/layout.ts';
import { count } from '../text/count.ts';
import type { Change, ChangeKind, ChangeOf } from './change.ts';

type Describe = { readonly [K in ChangeKind]: (change: ChangeOf<K>) => string };

const list = (items: readonly string[]): string => items.join(', ');

/** One line per change, for the plan and the log. */
const DESCRIBE: Describe = {
  'wait-for-cloud-init': () => "wait for the provider's first-boot set-up (cloud-init)",
  'repair-dpkg': () => 'finish a package installation that was interrupted (dpkg --configure -a)',
  'keep-ipv6-route': ({ devices }) =>
    `keep the IPv6 default route of ${list(devices)} when Docker turns forwarding on (accept_ra=2)`,
  'docker-repository': ({ repository }) =>
    `add the package repository ${repository.url}, signed by ${repository.fingerprint}`,
  'remove-docker-repository': () => 'remove the package source of an earlier try',
  'install-packages': ({ packages }) => `install ${list(packages)}`,
  'docker-daemon-config': ({ restart }) =>
    `write /etc/docker/daemon.json: ip6tables on, so that clients' IPv6 addresses are seen${restart ? '; restart Docker' : ''}`,
  'start-docker': () => 'start Docker, now and at boot',
  'make-directories': ({ directories }) =>
    directories.length === 1
      ? `make ${directories[0]?.path}`
      : `make ${directories.length} folders below ${directories[0]?.path}`,
  'clear-leftovers': ({ paths }) => `remove what an interrupted run has left: ${list(paths)}`,
  'repair-owners': ({ entries }) => `set owner and mode of ${list(entries.map(({ path }) => path))}`,
  'create-secrets': ({ paths }) =>
    `create ${count(paths.length, 'secret')} on the machine (0600, never shown)`,
  'pull-images': ({ images }) =>
    `pull and lock ${list(Object.values(images).filter((image) => image !== undefined))}`,
  'create-signing-key': ({ serverName }) =>
    `create the signing key of ${serverName} (once; it is never replaced)`,
  'place-signing-key': ({ serverName, ids }) =>
    `put the signing key ${list(ids)} of ${serverName} in place (0600, never shown; one that is there is never replaced)`,
  'write-files': ({ files }) => `write ${list(files.map(({ path }) => path))}`,
  'remove-files': ({ paths }) => `remove ${list(paths)}, which nothing needs any more`,
  'write-synapse-config': ({ files, cutsOff }) => {
    const workers = files.filter(({ path }) => path.startsWith(`${PATHS.workers}/`)).length;
    const what = workers === 0 ? 'homeserver.yaml' : `homeserver.yaml and ${workers} files of workers`;
    const danger = cutsOff === undefined ? '' : `; DANGEROUS: it narrows federation, and ${cutsOff}`;
    return `write ${what} after Synapse itself has accepted ${workers === 0 ? 'it' : 'them'} with conf.d/${danger}`;
  },
  'pull-release': ({ images }) =>
    Object.keys(images).length === 0
      ? 'lock the images of the new release'
      : `pull ${list(Object.values(images).filter((image) => image !== undefined))}, beside what runs`,
  'stage-release': ({ synapse }) =>
    `let Synapse ${synapse} itself validate the new configuration with conf.d/, beside what runs`,
  'back-up': ({ plan }) =>
    `back up database, configuration and keys to ${plan.destination.folder}, and prove it; media stay where they are, an upgrade does not touch them`,
  'try-release': ({ synapse }) =>
    `let Synapse ${synapse} bring a copy of the database's schema to its own form, on no network, beside what runs`,
  'switch-release': ({ release }) => {
    const { from, to, withBackup, postgres } = release;
    const { old } = switchWords(release);
    return [
      ...(postgres === undefined
        ? []
        : [
            `DANGEROUS: move the database from Postgres ${postgres.from} to ${postgres.to} while nobody can use the server: dump it, load it into a new folder, compare every table's rows; the old folder stays`,
          ]),
      from === to
        ? `start Synapse on it, log in, send and sync; put ${old} back if anything is red`
        : `put Synapse ${to} in the place of ${from}: stop workers, start the main process, see that it answers, start workers, log in, send and sync; put ${from} back if anything is red`,
    ]
      .join(', then ')
      .concat(withBackup ? '' : ' (there is NO backup)');
  },
  'await-background-updates': () => "see Synapse's background updates of the database through",
  'create-database': () => 'create the database (UTF8, collation C), once',
  'restore-data': ({ file }) => `load the database and the media of ${file}, and count every row`,
  'record-database': () => 'record which database this is, so that no other takes its place',
  'start-services': ({ services, reason }) => `start ${list(services)} (${reason})`,
  'stop-services': ({ services, reason }) => `stop ${list(services)} (${reason})`,
  'remove-services': ({ services }) => `take away ${list(services)}: the plan has no such process`,
  'await-healthy': ({ services }) => `wait until ${list(services)} answer${services.length === 1 ? 's' : ''}`,
  'set-database-password': () => 'make the database role agree with its password file',
  'create-database-certificate': ({ address }) =>
    `make a certificate for ${address}, signed by an authority of its own whose key is thrown away`,
  'write-database-password': ({ place }) => `write the password for ${serverText(place)} (0600, never shown)`,
  'check-database': ({ place }) => `see that the database on ${serverText(place)} is fit for Synapse`,
  'reload-caddy': () => 'load the Caddyfile without a restart',
  'await-certificate': ({ names }) => `see a valid certificate for ${list(names)}`,
  'await-proxy': ({ matrixHost, proxy }) => `see the server at https://${matrixHost}, through ${proxy}`,
  'await-well-known': ({ domain, published }) =>
    published
      ? `see the well-known files on https://${domain}`
      : `look for the well-known files on https://${domain}, which is another machine's website`,
  'check-federation': ({ domain }) => `check the federation of ${domain} from here and from the machine`,
  'check-shut-out': ({ mode }) =>
    `ask from outside as a server that is on no list, and be refused: federation is ${mode === 'closed' ? 'closed' : 'for those that are named'}`,
  'check-registration': ({ wanted }) =>
    wanted === 'closed'
      ? 'try from outside to make an account, and be refused: registration is closed'
      : 'try from outside to make an account without a token, and be refused: registration is open to holders of a token of matrix-bastion invite, shut to everybody else',
  'create-admin': ({ userId }) => `create the administrator ${userId}`,
  'prove-admin-login': ({ userId }) => `log in as ${userId} once`,
  'create-moderation-bot': ({ userId, manager, because }) =>
    because === 'refused'
      ? `give ${userId} a new token, as Synapse does not take the one it has any more, and see that its account and its management room are in use`
      : `make the account ${userId} (no administrator, no rate limits, token 0600 and never shown) and its management room, not encrypted, and invite ${manager}`,
};

export const describeChange = (change: Change): string =>
  (DESCRIBE[change.kind] as (change: Change) => string)(change);
