import { AS_IT_WAS, type CodeText, GOES_ON, NOTHING } from './explained.ts';

/** What makes a server what it is: answers, keys, data, containers, its administrator. */
export const SERVER_CODES = {
  'MB-DOMAIN-CHANGED': {
    means: 'The domain differs from the one that the server was installed with.',
    why: 'It is part of every user id, room and signature: it can never change.',
    fix: ['Leave --domain away', 'For another domain, use another machine'],
    safe: AS_IT_WAS,
  },
  'MB-ANSWERS-DAMAGED': {
    means: 'answers.yaml on the machine cannot be read.',
    why: 'It says whose server this is; a guess could replace the wrong one.',
    fix: ['Correct /opt/matrix-bastion/answers.yaml, or take it from a backup'],
    safe: AS_IT_WAS,
  },
  'MB-PASSWORD-FILE': {
    means: 'A password file on this computer exists already.',
    why: 'It may be the only copy of a password that is in use.',
    fix: ['Move it away: mv FILE FILE.old'],
    safe: 'It was not overwritten.',
  },
  'MB-DATA-FOREIGN': {
    means: '/opt/matrix-bastion holds the data of another deployment.',
    why: 'Nothing of it is ever overwritten.',
    fix: ['Use the machine and the domain that belong together', 'Or move the folder away'],
    safe: 'Nothing was changed; that data is untouched.',
  },
  'MB-DATA-MISSING': {
    means: 'Containers of a server are there, and its folder is not.',
    why: 'Its disk may not be mounted; a new server in its place would have another key.',
    fix: ['Mount the disk of /opt/matrix-bastion, or restore it from a backup'],
    safe: AS_IT_WAS,
  },
  'MB-KEY-LOST': {
    means: 'The signing key of this server is gone, and its database is there.',
    why: 'With a new key other servers would refuse it, for weeks or for good.',
    fix: [
      'With a copy of the key: run the same again with --signing-key-file FILE',
      'Or put it back from a backup: /opt/matrix-bastion/synapse/keys/signing.key, owned by 991:991, mode 0600',
    ],
    safe: 'No key was replaced, and nothing was changed.',
  },
  'MB-KEY-OTHER': {
    means: 'The key of --signing-key-file is not one that this domain is known by.',
    why: 'Other servers know another key, and would refuse what this one signs.',
    fix: ['Look for another copy of the key, or leave the flag away'],
    safe: 'Nothing was changed.',
  },
  'MB-KEY-FILE': {
    means: 'The copy of the signing key could not be written where it was asked for.',
    why: 'A file that is there is never overwritten: it may be the only copy of another key.',
    fix: ['Name another file, or - for the screen: matrix-bastion backup USER@HOST --signing-key FILE'],
    safe: 'Nothing was changed; the key on the machine is as it was.',
  },
  'MB-KEY-RECORDED': {
    means: 'This domain has been a server before, and this machine does not have its key.',
    why: 'Other servers know the old key, and would refuse what a new one signs.',
    fix: [
      'With a backup: matrix-bastion restore FILE USER@HOST',
      'With a copy of the key alone: run the same again with --signing-key-file FILE',
    ],
    safe: NOTHING,
  },
  'MB-DATABASE-LOST': {
    means: 'This server had a database, and it is gone or empty.',
    why: 'An empty one in its place would lose every account and room.',
    fix: ['Mount its disk, or restore it from a backup', 'With --database: give the right one'],
    safe: NOTHING,
  },
  'MB-DATABASE-OTHER': {
    means: 'The database is not the one that was recorded for this server.',
    why: 'Another folder may be mounted in its place; every account would be gone.',
    fix: [
      'Put the right one back',
      'If you restored it on purpose: rm /opt/matrix-bastion/state/database.born',
    ],
    safe: NOTHING,
  },
  'MB-DATABASE-MAJOR': {
    means: 'The database on the disk is of another major version of Postgres.',
    why: "A Postgres does not read another one's files; only a database in use on the homeserver's own machine is moved to a newer one.",
    fix: [
      'Use the matrix-bastion that goes with it: a newer one, or the one that installed it',
      'On a second machine: docs/postgres.md has the commands',
    ],
    safe: AS_IT_WAS,
  },
  'MB-DATABASE-SHARED': {
    means: "A container that is not of this server has this server's database mounted.",
    why: 'Two Postgres on one folder destroy it. Compose makes such a one under another project name.',
    fix: ['On the machine: docker rm -f and the name that is shown'],
    safe: AS_IT_WAS,
  },
  'MB-DATA-OWNER': {
    means: 'Data belong to somebody else than the service that uses them.',
    why: 'That is how a copy by hand leaves them.',
    fix: ['On the machine: chown -R to the numbers that are shown'],
    safe: NOTHING,
  },
  'MB-DATABASE-MOVE': {
    means: 'The answers want the database in another place than the one with the data.',
    why: 'A new one would be empty; this version moves no data.',
    fix: ['Leave the answer as it was at the installation'],
    safe: AS_IT_WAS,
  },
  'MB-HAND-EDIT': {
    means: 'You edited a file by hand, and this run would change the same.',
    why: 'What you wrote is never thrown away without asking.',
    fix: [
      'See the difference: init --dry-run',
      '--keep FILE keeps yours; --replace FILE puts ours there and yours beside it',
    ],
    safe: AS_IT_WAS,
  },
  'MB-SECRETS': {
    means: 'The secrets could not be made on the machine.',
    why: 'Nothing is started without them.',
    fix: ['Check the disk of /opt/matrix-bastion, then run this again'],
    safe: 'A secret that exists is never replaced.',
  },
  'MB-SIGNING-KEY': {
    means: 'The signing key could not be made.',
    why: "Synapse's image makes it, once.",
    fix: ['Run this again; if it repeats, the lines above it say what the image needs'],
    safe: 'No key was replaced.',
  },
  'MB-SYNAPSE-CONFIG': {
    means: 'Synapse does not accept the configuration.',
    why: 'It was asked before anything is put in place.',
    fix: ['Correct what you changed in /opt/matrix-bastion/synapse/conf.d'],
    safe: 'The running server keeps its configuration.',
  },
  'MB-SYNAPSE-TRY': {
    means: "Docker could not start Synapse's image, which was to judge the configuration.",
    why: 'Nothing was said of the configuration itself.',
    fix: ['On the machine: systemctl status docker', 'Run this again'],
    safe: 'The running server keeps its configuration.',
  },
  'MB-CADDY-CONFIG': {
    means: 'Caddy does not accept its new configuration.',
    why: 'It is what everybody talks to.',
    fix: ['On the machine: cd /opt/matrix-bastion && docker compose logs caddy'],
    safe: 'Caddy goes on serving with the one that it had.',
  },
  'MB-PULL': {
    means: 'An image could not be pulled.',
    why: 'The registry was not reached, limits its pulls, or the disk is full.',
    fix: ["Check the machine's DNS, firewall and proxy; df -h", 'For a limit: wait an hour, or docker login'],
    safe: 'What was pulled stays; nothing was started or stopped.',
  },
  'MB-COMPOSE-UP': {
    means: 'Docker Compose could not start a service.',
    why: 'Its own words are shown.',
    fix: ['On the machine: cd /opt/matrix-bastion && docker compose up -d'],
    safe: GOES_ON,
  },
  'MB-COMPOSE-STOP': {
    means: 'Docker could not stop a service.',
    why: 'What is to be changed must not run meanwhile.',
    fix: ['On the machine: docker ps, then docker stop NAME'],
    safe: GOES_ON,
  },
  'MB-NOT-HEALTHY': {
    means: 'A service was started and does not answer.',
    why: 'The next step needs it; its last lines are shown.',
    fix: [
      'On the machine: cd /opt/matrix-bastion && docker compose logs NAME',
      'Correct the cause, then run this again',
    ],
    safe: GOES_ON,
  },
  'MB-ADMIN': {
    means: 'The administrator could not be created.',
    why: "Synapse's own words are shown.",
    fix: ['Run this again, or choose another name with --admin'],
    safe: 'The server runs; no account was changed.',
  },
  'MB-ADMIN-EXISTS': {
    means: 'The account is there already, and is no administrator.',
    why: 'An account of somebody is not made one behind their back.',
    fix: ['Choose another name with --admin', 'Or make it one on purpose, with the command shown'],
    safe: 'The server runs; no account was changed.',
  },
  'MB-UNINSTALL': {
    means: 'The server could not be removed.',
    why: 'Docker did not do what it was asked.',
    fix: ['On the machine: systemctl status docker', 'Run this again: it goes on where it was'],
    safe: 'All data are where they were.',
  },
  'MB-PURGE': {
    means: 'Not everything could be deleted.',
    why: 'Its own words are shown.',
    fix: ['Run this again: it goes on where it was'],
    safe: 'Nothing beside the listed folders was touched.',
  },
  'MB-PURGE-MOUNT': {
    means: 'Other file systems are mounted below /opt/matrix-bastion.',
    why: 'A purge deletes nothing on them.',
    fix: ['Uninstall without --purge first, then umount them, then run this again'],
    safe: 'No data were deleted.',
  },
  'MB-PURGE-UNKNOWN': {
    means: 'Nothing on the machine says whose server this is.',
    why: 'A purge has to be confirmed with the domain.',
    fix: ['Look into /opt/matrix-bastion, and delete by hand what is not wanted'],
    safe: NOTHING,
  },
  'MB-PURGE-CONFIRM': {
    means: 'What was typed is not the domain of this server.',
    why: 'You may be on another machine than you think.',
    fix: ['Compare the machine and the domain'],
    safe: NOTHING,
  },
} satisfies Readonly<Record<string, CodeText>>;
