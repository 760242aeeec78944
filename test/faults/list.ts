/**
 * Faults of an upgrade, real ones, each with what has to be said of it. All begin on a server of an older release, with
 * Synapse 1.160.0 and Postgres 15, and an upgrade to the newest of both. `npm run faults` meets all of them.
 */
import type { Point } from '../e2e/upgrade/upgrading.ts';
import { newerRelease, olderRelease } from '../support/releases.ts';
import { publishBrokenPostgres, publishBrokenSynapse } from '../world/build/images.ts';
import { TURNED_AWAY_AT, turnAway } from './turn-away.ts';

/** What a failure says: its code, and what its sections match. */
export interface Said {
  readonly code: string;
  readonly why: RegExp;
  readonly fix: RegExp;
  readonly safe: RegExp;
}

export interface Fault {
  readonly id: string;
  /** In words, for the table. */
  readonly what: string;
  /** The program that is run; absent: the newest release. */
  readonly program?: () => Promise<string>;
  /** Postgres's major version that the program brings; absent: the newest. */
  readonly major?: number;
  /** In the world around the machine, before the run. @returns its end */
  readonly world?: () => Promise<() => void>;
  /** On the machine, before the run. */
  readonly before?: string;
  /** On the machine, when the run comes to this point. */
  readonly when?: { readonly at: Point; readonly script: string };
  /** The run is killed and the power goes at this point; then it is run again. */
  readonly powerGoes?: Point;
  /** On the machine, when the run has ended. */
  readonly after?: string;
  /** `none`: the run ends well all the same. */
  readonly said: Said | 'none';
  /** Whether `npm test` meets it too. */
  readonly cheap?: true;
}

const ROOT = '/opt/matrix-bastion';
const REGISTRY = "$(getent ahostsv4 ghcr.io | awk 'NR == 1 { print $1 }')";

/** Leaves so many MiB free on the disk of Docker and of our folder. */
const fill = (left: number): string =>
  `fallocate -l $(( ($(df -Pk /opt | awk 'NR == 2 { print $4 }') - ${left * 1024}) * 1024 )) /opt/.full; ${
    left === 0 ? 'cat /dev/zero >/opt/.fuller 2>/dev/null; ' : ''
  }df -h /opt`;
const EMPTY = 'rm -f /opt/.full /opt/.fuller';

/** Ends the first process of a container, as the kernel does it when memory is short. */
const killed = (container: string): string =>
  `kill -9 "$(docker inspect --format '{{.State.Pid}}' ${container})"`;

/** Kills Postgres in the middle of a dump: a table is held until the dump waits for it. */
const KILLED_IN_THE_DUMP = `docker exec matrix-bastion-postgres-1 psql -q -U synapse -d synapse -c 'create table if not exists held_back (n int)'
setsid docker exec matrix-bastion-postgres-1 psql -q -U synapse -d synapse -c 'begin' -c 'lock table held_back' -c 'select pg_sleep(300)' >/dev/null 2>&1 </dev/null &
until grep -q 'dumping the database' /run/matrix-bastion/jobs/backup/log 2>/dev/null; do sleep 0.1; done
sleep 2; ${killed('matrix-bastion-postgres-1')}`;

const UNTOUCHED = /nothing was (started or stopped|changed)|running server keeps|old release serves/i;

export const FAULTS: readonly Fault[] = [
  {
    id: 'dns-gone',
    what: 'the machine resolves no names any more',
    before:
      'cp /etc/resolv.conf /root/resolv.conf; echo nameserver 127.0.0.9 >/root/none; mount --bind /root/none /etc/resolv.conf',
    after: 'umount /etc/resolv.conf',
    said: {
      code: 'MB-PULL',
      why: /ghcr\.io|docker\.io/,
      fix: /resolves no names.*getent hosts/s,
      safe: UNTOUCHED,
    },
  },
  {
    id: 'registry-429',
    what: 'the registry answers 429 to every request',
    world: turnAway,
    before: `iptables -t nat -I OUTPUT -p tcp -d ${REGISTRY} --dport 443 -j DNAT --to-destination ${TURNED_AWAY_AT}`,
    after: `iptables -t nat -D OUTPUT -p tcp -d ${REGISTRY} --dport 443 -j DNAT --to-destination ${TURNED_AWAY_AT}`,
    said: {
      code: 'MB-PULL',
      why: /toomanyrequests|429/i,
      fix: /wait an hour.*docker login/s,
      safe: UNTOUCHED,
    },
  },
  {
    id: 'registry-cut',
    what: 'the registry is cut off while images are pulled',
    when: {
      at: { job: 'pulling ' },
      script: `iptables -I OUTPUT -p tcp -d ${REGISTRY} --dport 443 -j REJECT --reject-with tcp-reset`,
    },
    after: `iptables -D OUTPUT -p tcp -d ${REGISTRY} --dport 443 -j REJECT --reject-with tcp-reset`,
    said: { code: 'MB-PULL', why: /ghcr\.io|docker\.io/, fix: /way out to the registry/, safe: UNTOUCHED },
  },
  {
    id: 'full-at-pull',
    what: 'the disk is full while images are pulled',
    when: { at: { change: 'homeserver: pull ' }, script: fill(8) },
    after: EMPTY,
    said: {
      code: 'MB-PULL',
      why: /no space left/i,
      fix: /Free space below \/var\/lib\/docker/,
      safe: UNTOUCHED,
    },
  },
  {
    id: 'full-at-files',
    what: 'the disk is full while the new configuration is put beside the old one',
    when: { at: { change: 'homeserver: let Synapse' }, script: fill(0) },
    after: EMPTY,
    said: { code: 'MB-HOST-DISK', why: /no space left/i, fix: /Make room/, safe: /.+/ },
  },
  {
    id: 'config-refused',
    what: 'the new Synapse does not accept the configuration',
    before: `echo 'listeners: 5' >${ROOT}/synapse/conf.d/60-broken.yaml`,
    after: `rm ${ROOT}/synapse/conf.d/60-broken.yaml`,
    said: { code: 'MB-SYNAPSE-CONFIG', why: /listeners/, fix: /conf\.d/, safe: UNTOUCHED },
  },
  {
    id: 'full-at-dump',
    what: 'the disk of the backup is full while the database is dumped',
    before:
      'mkdir -p /var/backups/matrix-bastion-upgrade && mount -t tmpfs -o size=1g none /var/backups/matrix-bastion-upgrade',
    when: {
      at: { change: 'database: back up' },
      script:
        'fallocate -l 1023M /var/backups/matrix-bastion-upgrade/full; cat /dev/zero >/var/backups/matrix-bastion-upgrade/fuller 2>/dev/null; true',
    },
    after: 'umount /var/backups/matrix-bastion-upgrade',
    said: {
      code: 'MB-BACKUP-DISK',
      why: /no space left/i,
      fix: /choose another place|Free|Correct/,
      safe: /No half of a backup.*old release serves/s,
    },
  },
  {
    id: 'postgres-killed-at-dump',
    what: 'Postgres is killed while the backup dumps it',
    when: { at: { change: 'database: back up' }, script: KILLED_IN_THE_DUMP },
    said: {
      code: 'MB-BACKUP-DATABASE',
      why: /dump|server closed|terminat|container/i,
      fix: /docker compose logs/,
      safe: /No half of a backup.*old release serves/s,
    },
  },
  {
    id: 'postgres-killed-at-move',
    what: 'the old Postgres is killed while its database moves to the new one',
    when: { at: { job: 'moving the database synapse' }, script: killed('matrix-bastion-old') },
    said: {
      code: 'MB-UPGRADE-REVERTED',
      why: /The move of the database/,
      fix: /run this again/,
      safe: /configuration and the database are as before/,
    },
    cheap: true,
  },
  {
    id: 'full-at-restore',
    what: 'the disk is full while the database is loaded into the new Postgres',
    when: { at: { job: 'making a database of Postgres' }, script: fill(48) },
    after: EMPTY,
    said: {
      code: 'MB-UPGRADE-REVERTED',
      why: /no space left/i,
      fix: /Free space/,
      safe: /configuration and the database are as before/,
    },
  },
  {
    id: 'postgres-broken',
    what: 'the image of the new Postgres does not start',
    major: 16,
    async program() {
      await publishBrokenPostgres('16');
      return olderRelease('1.163.2', 16);
    },
    said: {
      code: 'MB-UPGRADE-REVERTED',
      why: /The move of the database: initdb: .*broken on purpose/,
      fix: /run this again/,
      safe: /configuration and the database are as before/,
    },
  },
  {
    id: 'synapse-broken',
    what: 'the new Synapse does not start, after the database moved',
    async program() {
      await publishBrokenSynapse('1.999.0', 'start');
      return newerRelease('1.999.0');
    },
    said: {
      code: 'MB-UPGRADE-REVERTED',
      why: /RuntimeError: this Synapse was broken on purpose/,
      fix: /run this again/,
      safe: /database are as before\. What Synapse 1\.999\.0 with Postgres 17 had written is kept in/,
    },
  },
  {
    id: 'migration-failing',
    what: 'the new Synapse changes the database too far for the old one, and then fails',
    async program() {
      await publishBrokenSynapse('1.999.1', 'start', 999);
      return newerRelease('1.999.1', { schema: 999, compat: 94 });
    },
    said: {
      code: 'MB-UPGRADE-REVERTED',
      why: /RuntimeError: this Synapse was broken on purpose/,
      fix: /run this again/,
      safe: /database are as before/,
    },
  },
  {
    id: 'clock-jump',
    what: 'the clock of the machine jumps ten days ahead while the new release starts',
    before: 'rm -f /run/jumped',
    when: {
      at: { job: 'starting Synapse' },
      script: `printf '#!/bin/sh\\nexec /usr/bin/date -d "+10 days" "$@"\\n' >/usr/local/bin/date; chmod +x /usr/local/bin/date`,
    },
    after: 'rm -f /usr/local/bin/date',
    said: 'none',
  },
  {
    id: 'password-wrong',
    what: 'the password of the database role is another than the one in its file',
    before: `docker exec matrix-bastion-postgres-1 psql -q -U synapse -d synapse -c "alter role synapse password 'x'"`,
    said: 'none',
  },
  ...[
    'making a database of Postgres',
    'stopping Synapse for the move',
    'moving the database synapse',
    'counting the rows',
    'gathering statistics',
    'starting Synapse',
  ].map(
    (job): Fault => ({
      id: `power-${job.replaceAll(' ', '-').toLowerCase()}`,
      what: `the power goes at "${job}", and it is run again`,
      powerGoes: { job },
      said: 'none',
    }),
  ),
];
