import { type CodeText, NOTHING } from './explained.ts';

const NO_HALF = 'No half of a backup was left; earlier ones are untouched, and nothing was stopped.';
const AS_BEFORE = 'The server runs; the backup is as it was.';

/** Backups, their proof, and restoring them. */
export const BACKUP_CODES = {
  'MB-BACKUP-NONE': {
    means: 'There is no server of matrix-bastion on this machine.',
    why: 'There is nothing to back up.',
    fix: ['Name the machine that runs the homeserver'],
    safe: NOTHING,
  },
  'MB-BACKUP-S3': {
    means: 'The machine has no way into the object store that backups should go to.',
    why: 'Backups go from the machine itself, so that a timer can make them too: it needs rclone, keys and a bucket.',
    fix: [
      'Give keys: --s3-credentials-file FILE, with aws_access_key_id = … and aws_secret_access_key = …',
      "Where it is not Amazon's own: --s3-endpoint URL, and --s3-region NAME",
      'The bucket has to be there; it is never made',
    ],
    safe: NOTHING,
  },
  'MB-BACKUP-UNENCRYPTED': {
    means: 'A backup for an object store would not be encrypted.',
    why: 'It holds every secret of the server, and whoever can read the bucket could read it.',
    fix: [
      'Make a key where the server is not: age-keygen -o backup-key.txt',
      'Then add what it printed: --recipient age1…',
      'Or, where nobody else reads the bucket: --unencrypted',
    ],
    safe: NOTHING,
  },
  'MB-BACKUP-SCHEDULE': {
    means:
      'Backups are scheduled, and the timer does not run or no good one came of it for two of its periods.',
    why: 'A backup that is not made is noticed when it is needed.',
    fix: [
      'See what is wrong: matrix-bastion backup USER@HOST --list',
      'Correct the cause, then run backup with --schedule again: it makes one at once',
    ],
    safe: NOTHING,
  },
  'MB-BACKUP-PARTIAL': {
    means: 'A file of yours keeps data of the server where no backup looks.',
    why: 'media_store_path, media_storage_providers, signing_key_path or database says so; a restoration would not bring them back.',
    fix: [
      'Take the setting out of /opt/matrix-bastion/synapse/conf.d, and bring the data back below /opt/matrix-bastion',
      'Or back that up by your own means',
    ],
    safe: NOTHING,
  },
  'MB-RESTORE-FETCH': {
    means: 'A backup could not be fetched from the object store to the machine.',
    why: 'It is read on the machine from end to end before anything is put in place.',
    fix: [
      'Give keys that open the bucket: --s3-credentials-file FILE, and --s3-endpoint URL',
      'See that the backup is there, and that the machine has room for it',
    ],
    safe: AS_BEFORE,
  },
  'MB-BACKUP-RUNNING': {
    means: 'Another backup is being made.',
    why: 'Two at once would read and write the same.',
    fix: ['Wait until it has ended, then run this again'],
    safe: NO_HALF,
  },
  'MB-BACKUP-DATABASE': {
    means: 'The database could not be dumped whole.',
    why: 'A backup counts only when every row of it was counted.',
    fix: ['Let the server be put right: matrix-bastion init USER@HOST', 'Then run this again'],
    safe: NO_HALF,
  },
  'MB-BACKUP-FOLDER': {
    means: 'The backup could not be written where it should go.',
    why: 'The place is missing, closed, or gone.',
    fix: ['Correct the cause, or choose another: --to /FOLDER, user@host:/FOLDER or s3://BUCKET/PREFIX'],
    safe: NO_HALF,
  },
  'MB-BACKUP-DISK': {
    means: 'There is too little room for the backup.',
    why: 'The largest possible file is reckoned with before anything begins.',
    fix: ['Free space there, or choose another place with --to'],
    safe: NO_HALF,
  },
  'MB-BACKUP-REMOTE': {
    means: 'The machine does not reach the place of the backup by SSH as root.',
    why: 'Backups go from the machine itself, so that a timer can make them too.',
    fix: ['On the machine, once: ssh-keygen -t ed25519; ssh-copy-id USER@HOST; ssh USER@HOST true'],
    safe: NO_HALF,
  },
  'MB-BACKUP-AGE': {
    means: 'age is missing, or could not encrypt the backup.',
    why: '--recipient asks for it; the backup is not made without.',
    fix: ['Look at --recipient', 'Or install age on the machine'],
    safe: NO_HALF,
  },
  'MB-BACKUP-FILES': {
    means: 'Configuration, secrets and signing key could not be packed.',
    why: 'Without them a backup could not bring the server back.',
    fix: ['On the machine: ls -l /opt/matrix-bastion; df -h /run'],
    safe: NO_HALF,
  },
  'MB-BACKUP-MEDIA': {
    means: 'The media could not be packed.',
    why: 'A backup without them is not whole.',
    fix: ['On the machine: ls -l /opt/matrix-bastion/synapse/data/media_store'],
    safe: NO_HALF,
  },
  'MB-BACKUP-STOPPED': {
    means: 'The backup ended before it was complete.',
    why: 'The machine went down, or something killed it.',
    fix: ['Run this again'],
    safe: NO_HALF,
  },
  'MB-BACKUP-SYSTEMD': {
    means: 'The machine is not run by systemd.',
    why: '--schedule puts a timer of systemd there.',
    fix: ['Call matrix-bastion backup from a timer of your own'],
    safe: NOTHING,
  },
  'MB-BACKUP-TIMER': {
    means: 'The timer could not be set, does not run, or its first backup failed.',
    why: 'A backup that is not made is noticed when it is needed.',
    fix: ['On the machine: systemctl status and journalctl -u of the unit that was shown'],
    safe: 'The server runs on; earlier backups are untouched.',
  },
  'MB-BACKUP-DAMAGED': {
    means: 'The file is no whole backup.',
    why: 'It was cut off, changed, or is something else.',
    fix: ['Take another one, or copy it again from where it was made'],
    safe: AS_BEFORE,
  },
  'MB-BACKUP-SEALED': {
    means: 'The backup is encrypted and could not be opened.',
    why: "age's secret key is missing or another one.",
    fix: ['Name it: --age-identity-file FILE'],
    safe: AS_BEFORE,
  },
  'MB-BACKUP-FORMAT': {
    means: 'The backup was made by a newer matrix-bastion.',
    why: 'This one does not know its form.',
    fix: ['Use the newest version: npx matrix-bastion@latest'],
    safe: AS_BEFORE,
  },
  'MB-VERIFY': {
    means: 'The backup would not bring the server back as it was.',
    why: 'It was loaded into a database of its own and counted.',
    fix: ['Make another one, and keep older ones until one is verified'],
    safe: `${AS_BEFORE} The scratch database is gone.`,
  },
  'MB-VERIFY-DOCKER': {
    means: 'There is no Docker that runs on the machine.',
    why: 'A backup is verified in a container.',
    fix: ['Verify it on the machine of a server, or where Docker is'],
    safe: NOTHING,
  },
  'MB-VERIFY-DISK': {
    means: 'There is too little room to load the backup.',
    why: 'The whole database is loaded once.',
    fix: ['Free space, or verify it on another machine with Docker'],
    safe: AS_BEFORE,
  },
  'MB-RESTORE-OCCUPIED': {
    means: 'There is a server on the machine, or what is left of one.',
    why: 'Nothing that is there is ever replaced by a backup.',
    fix: [
      'Restore on a fresh machine',
      'Or move the old one away: mv /opt/matrix-bastion /opt/matrix-bastion.old',
    ],
    safe: NOTHING,
  },
  'MB-RESTORE-FILE': {
    means: 'The backup is not on the machine where it was looked for.',
    why: 'host:/PATH names a file of the machine itself.',
    fix: ['Look there: ls -l /var/backups/matrix-bastion'],
    safe: NOTHING,
  },
  'MB-RESTORE-UPLOAD': {
    means: 'The backup could not be brought to the machine.',
    why: 'The connection or the disk gave way.',
    fix: ['Run this again: what arrived is not sent again'],
    safe: 'Nothing else was changed.',
  },
  'MB-RESTORE-READ': {
    means: 'The backup could not be read on the machine.',
    why: 'It is read from end to end before anything is put in place.',
    fix: ['Run this again'],
    safe: NOTHING,
  },
  'MB-RESTORE-DISK': {
    means: 'The data of the backup do not fit on the disk.',
    why: 'It is looked at before anything is put in place.',
    fix: ['Take a machine with a larger disk'],
    safe: NOTHING,
  },
  'MB-RESTORE-ELSEWHERE': {
    means: 'The database of this server is on another machine.',
    why: 'This version restores none there.',
    fix: ['Load database.dump there by hand with pg_restore; the README says how to unpack it'],
    safe: NOTHING,
  },
  'MB-RESTORE-PLACE': {
    means: 'The files of the backup could not be put in place.',
    why: 'The disk may be full.',
    fix: ['Check the disk of /opt/matrix-bastion, then run this again'],
    safe: 'Nothing was started.',
  },
  'MB-RESTORE-DATA': {
    means: 'The data of the backup could not be put in place.',
    why: 'Its own words are shown.',
    fix: ['Correct the cause, then run this again: it begins with a new, empty folder'],
    safe: 'Nothing was started, and the backup is as it was. The database is put in place whole or not at all.',
  },
  'MB-RESTORE-UNFINISHED': {
    means: 'A backup was being restored on this machine.',
    why: 'Until that has ended no new server is made in its place.',
    fix: ['Go on with it: matrix-bastion restore host:FILE USER@HOST'],
    safe: NOTHING,
  },
} satisfies Readonly<Record<string, CodeText>>;
