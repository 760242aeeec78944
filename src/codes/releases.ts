import { AS_IT_WAS, type CodeText } from './explained.ts';

/** Upgrades, and the way back. */
export const RELEASE_CODES = {
  'MB-VERSION-OLDER': {
    means: 'This matrix-bastion has an older Synapse than the server or the backup.',
    why: 'An older Synapse may not understand a newer database.',
    fix: ['Use the newest version: npx matrix-bastion@latest'],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-UNKNOWN': {
    means: 'The server runs a Synapse that this version knows nothing about.',
    why: 'What has changed since, and what its database is like, is not known.',
    fix: ['First upgrade it with the matrix-bastion that was shown'],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-STOP': {
    means: 'The way to the newer Synapse leads through another version.',
    why: 'Without that stop there would be no way back.',
    fix: ['First upgrade it to the version that was shown'],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-POSTGRES': {
    means: 'The newer Synapse does not run on the Postgres of this server.',
    why: 'Postgres stays at its major version here.',
    fix: ['Keep the matrix-bastion that installed it'],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-ACKNOWLEDGE': {
    means: 'The upgrade brings a change that you have to know.',
    why: 'It cannot be taken back, or something has to be done for it.',
    fix: ['Read what was shown, then run the same again with --accept ID'],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-ONE-WAY': {
    means:
      'The database is not on the machine, and the new version changes it so far that the old one could not run on it.',
    why: 'A backup is never loaded into a database elsewhere, so there would be no way back.',
    fix: ['Make a copy of the database where it is, then say so: --accept one-way'],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-BACKGROUND': {
    means: 'Synapse is still busy with background updates of its last upgrade.',
    why: 'The next one must not be stacked upon them.',
    fix: ['Run the same again with --wait: it waits for them, and goes on'],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-COPY': {
    means: 'The schema of the database could not be copied to try the new version on it.',
    why: 'The try needs a second, small Postgres on the machine for some seconds.',
    fix: ['Correct the cause that is shown, or go on without a try: --accept untried-schema'],
    safe: 'Nothing was stopped; the backup that was made before it stays.',
  },
  'MB-UPGRADE-SCHEMA': {
    means: "The new version cannot bring a copy of this server's database to its own form.",
    why: 'On the database itself it would fail in the same way, after everything was stopped.',
    fix: [
      "Stay with the version that runs, and show Synapse's own lines to its people",
      'Or go on without a try: --accept untried-schema. If the upgrade fails then, the old version is put back',
    ],
    safe: 'Nothing was stopped; the backup that was made before it stays.',
  },
  'MB-UPGRADE-WATCH': {
    means: 'The background updates of the database could not be watched to their end.',
    why: 'The upgrade is done; Synapse does them by itself while it serves.',
    fix: ['Nothing has to be done'],
    safe: 'The new version serves.',
  },
  'MB-UPGRADE-DISK': {
    means:
      'There is too little room for the new images, the backup, or a second database beside the old one.',
    why: 'It is looked for before anything stops.',
    fix: [
      'Remove images of earlier releases: docker image prune --all',
      'For a second database: mount a larger disk at /opt/matrix-bastion/postgres/data',
    ],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-DATABASE': {
    means: 'Postgres does not answer, so its database cannot be moved to a newer one.',
    why: 'What it holds has to be read before anything stops.',
    fix: [
      'On the machine: cd /opt/matrix-bastion && docker compose up -d postgres; docker compose logs postgres',
    ],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-LOCALE': {
    means: 'The database has another encoding or collation than Synapse needs, and would be moved like that.',
    why: 'With any other collation than C an upgrade of the C library corrupts its indexes.',
    fix: ['Synapse\'s documentation, "Using Postgres", "Fixing incorrect COLLATE or CTYPE"'],
    safe: AS_IT_WAS,
  },
  'MB-UPGRADE-STOPPED': {
    means: 'The upgrade, or the way back, was not begun.',
    why: 'Something that it needs failed before anything was stopped.',
    fix: ['Check the disk of /opt/matrix-bastion/state, then run this again'],
    safe: 'Nothing was started or stopped.',
  },
  'MB-UPGRADE-REVERTED': {
    means: 'The new version does not come up here, and the old one serves again.',
    why: "It did not answer, or nobody could log in, send and sync with it; the container's own error is shown.",
    fix: ['Correct the cause, then run this again; until then nothing has to be done'],
    safe: 'Images and configuration are as before; what the new version had changed in the database is undone.',
  },
  'MB-UPGRADE-STUCK': {
    means: 'Neither the new version nor the old one comes up.',
    why: 'Both errors are shown.',
    fix: [
      'On the machine: cd /opt/matrix-bastion && docker compose logs synapse',
      'Correct the cause, then run this again',
    ],
    safe: 'The data are on the disk, and so is the backup from before, unless --no-backup was given.',
  },
  'MB-ROLLBACK-NONE': {
    means: 'There is no upgrade that could be taken back.',
    why: 'Only the last one can be, while its images and configuration are kept.',
    fix: ['For an older state of everything: matrix-bastion restore, on a fresh machine'],
    safe: AS_IT_WAS,
  },
  'MB-ROLLBACK-MOVED': {
    means: 'The server is led to its database in another way than before the upgrade.',
    why: 'The release before would be put back with the way that it knew, which may lead nowhere.',
    fix: [
      'Put database: of the present homeserver.yaml into the one that was kept, as it is shown, and run it again',
    ],
    safe: AS_IT_WAS,
  },
  'MB-ROLLBACK-DATABASE': {
    means: 'Postgres does not say whether the older Synapse can run on its database.',
    why: 'Going back without knowing could lose data.',
    fix: ['On the machine: cd /opt/matrix-bastion && docker compose up -d postgres', 'Then run this again'],
    safe: AS_IT_WAS,
  },
  'MB-ROLLBACK-DATA': {
    means: 'Going back would lose what was written since the upgrade.',
    why: 'The database was changed too far for the older Synapse; only the backup from before can bring it back.',
    fix: ['If that is what you want: --accept data-since-upgrade'],
    safe: AS_IT_WAS,
  },
} satisfies Readonly<Record<string, CodeText>>;
