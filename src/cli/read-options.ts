import { readDestination, readRecipient } from '../backup/destination.ts';
import type { EditChoices } from '../edits/hand-edits.ts';
import { Flags, present, type RawCommand, type ReadOptions, readConnection } from './flags.ts';
import type {
  BackupOptions,
  CheckOptions,
  CommandName,
  CommandOptions,
  CompletionOptions,
  ExplainOptions,
  GuideOptions,
  InitOptions,
  PlanOptions,
  RestoreOptions,
  S3Options,
  UninstallOptions,
  UnlockOptions,
  WellKnownOptions,
} from './options.ts';
import {
  readDisk as readDiskUse,
  readFederation,
  readInvite,
  readModeration,
  readRoom,
  readUser,
} from './read-people.ts';
import {
  readChange,
  readCount,
  readDisk,
  readDnsServer,
  readDuration,
  readEditedFile,
  readFamily,
  readHostKey,
  readHttpAddress,
  readLine,
  readMemory,
  readName,
  readNetwork,
  readPath,
  readProfile,
  readPublisher,
  readRegion,
  readSchedule,
  readServerName,
  readShell,
  readTarget,
  readTiers,
  readWebAddress,
} from './values.ts';

/** `--wait` without a duration. */
const DEFAULT_WAIT_MS = 30 * 60_000;
/** `--watch` without a duration: as long as other servers remember a failed well-known, and some time for DNS. */
const DEFAULT_WATCH_MS = 6 * 3_600_000;

/** Texts → typed options of each command. */
export const READERS: {
  readonly [Name in CommandName]: (raw: RawCommand) => ReadOptions<CommandOptions[Name]>;
} = {
  init: readInit,
  plan: readPlan,
  check: readCheck,
  explain: readExplain,
  'well-known': readWellKnown,
  guide: readGuide,
  completion: readCompletion,
  backup: readBackup,
  restore: readRestore,
  unlock: readUnlock,
  uninstall: readUninstall,
  user: readUser,
  invite: readInvite,
  moderation: (raw) => readModeration(raw, readInit),
  federation: (raw) => readFederation(raw, readInit),
  room: readRoom,
  disk: readDiskUse,
};

function readInit(raw: RawCommand): ReadOptions<InitOptions> {
  const flags = new Flags(raw.flags);
  const options: InitOptions = {
    answers: raw.answers,
    ...present('answersFile', flags.one('answers', readPath)),
    ...readConnection(raw, flags),
    ...present('adminPasswordFile', flags.one('adminPasswordFile', readPath)),
    ...present('databasePasswordFile', flags.one('databasePasswordFile', readPath)),
    ...present('signingKeyFile', flags.one('signingKeyFile', readPath)),
    ...present('dbHostKey', flags.one('dbHostKey', readHostKey)),
    dns: flags.many('dns', readDnsServer),
    ...present('caFile', flags.one('caFile', readPath)),
    ...present('timeout', flags.one('timeout', readDuration)),
    ...present('wait', raw.flags.wait === true ? DEFAULT_WAIT_MS : flags.one('wait', readDuration)),
    nonInteractive: flags.is('nonInteractive'),
    yes: flags.is('yes'),
    dryRun: flags.is('dryRun'),
    check: flags.is('check'),
    diff: flags.is('diff'),
    edits: readEdits(raw, flags),
    printAnswers: flags.is('printAnswers'),
    explainAnswers: flags.is('explainAnswers'),
    printCommands: flags.is('printCommands'),
    json: flags.is('json'),
    accept: flags.many('accept', readChange),
    // commander's form of --no-backup.
    noBackup: raw.flags.backup === false,
    rollback: flags.is('rollback'),
    plain: flags.is('plain'),
  };
  return { options, problems: flags.problems };
}

/** `--keep` and `--replace`: alone for every file, or with a file. */
function readEdits(raw: RawCommand, flags: Flags): EditChoices {
  const choice = (key: 'keep' | 'replace') => ({
    all: raw.flags[key] === true,
    paths: Array.isArray(raw.flags[key]) ? flags.many(key, readEditedFile) : [],
  });
  const [keep, replace] = [choice('keep'), choice('replace')];
  if (keep.all && replace.all) flags.problems.push('--keep and --replace exclude each other: name files');
  for (const path of keep.paths.filter((one) => replace.paths.includes(one)))
    flags.problems.push(`--keep and --replace exclude each other: ${path} is named by both`);
  return { keep, replace };
}

function readPlan(raw: RawCommand): ReadOptions<PlanOptions> {
  const flags = new Flags(raw.flags);
  const options: PlanOptions = {
    answers: raw.answers,
    ...present('answersFile', flags.one('answers', readPath)),
    ...present('memoryMiB', flags.one('memory', readMemory)),
    ...present('vcpus', flags.one('vcpus', readCount(1024))),
    ...present('diskGiB', flags.one('disk', readDisk)),
    ...present('compare', flags.one('compare', readTiers)),
    ...present('out', flags.one('out', readPath)),
    why: flags.is('why'),
    json: flags.is('json'),
    plain: flags.is('plain'),
  };
  return { options, problems: flags.problems };
}

function readCheck(raw: RawCommand): ReadOptions<CheckOptions> {
  const flags = new Flags(raw.flags);
  const options: CheckOptions = {
    ...readConnection({ ...raw, arguments: [] }, flags),
    ...present('target', flags.one('fromHost', readTarget)),
    nonInteractive: flags.is('nonInteractive'),
    serverNames: raw.arguments,
    ...present('namesFile', flags.one('fromFile', readPath)),
    profile: flags.one('profile', readProfile) ?? 'spec',
    verbose: flags.is('verbose'),
    json: flags.is('json'),
    ...present('watch', raw.flags.watch === true ? DEFAULT_WATCH_MS : flags.one('watch', readDuration)),
    ...present('evidenceFile', flags.one('evidence', readPath)),
    ...present('judgeFile', flags.one('from', readPath)),
    ...present('notary', flags.one('notary', readServerName)),
    publicTester: flags.is('publicTester'),
    dns: flags.many('dns', readDnsServer),
    ...present('caFile', flags.one('caFile', readPath)),
    ...present('timeout', flags.one('timeout', readDuration)),
    ...present('only', flags.one('only', readFamily)),
    privateNetworks: flags.many('federateWith', readNetwork),
    plain: flags.is('plain'),
  };
  return { options, problems: flags.problems };
}

function readExplain(raw: RawCommand): ReadOptions<ExplainOptions> {
  const flags = new Flags(raw.flags);
  const options: ExplainOptions = {
    ...present('code', raw.arguments[0]),
    ...present('domain', flags.one('domain', readName)),
    ...present('host', flags.one('host', readName)),
    json: flags.is('json'),
    plain: flags.is('plain'),
  };
  return { options, problems: flags.problems };
}

/** More backups than anybody keeps. */
const KEEP_LIMIT = 1000;

function readS3(flags: Flags): S3Options {
  return {
    ...present('s3CredentialsFile', flags.one('s3CredentialsFile', readPath)),
    ...present('s3Endpoint', flags.one('s3Endpoint', readHttpAddress)),
    ...present('s3Region', flags.one('s3Region', readRegion)),
  };
}

function readBackup(raw: RawCommand): ReadOptions<BackupOptions> {
  const flags = new Flags(raw.flags);
  const options: BackupOptions = {
    ...readConnection(raw, flags),
    target: raw.arguments[0] ?? '',
    ...present('to', flags.one('to', readDestination)),
    ...present('keep', flags.one('keep', readCount(KEEP_LIMIT))),
    ...present('recipient', flags.one('recipient', readRecipient)),
    unencrypted: flags.is('unencrypted'),
    list: flags.is('list'),
    ...present('schedule', flags.one('schedule', readSchedule)),
    ...present('verify', flags.one('verify', readPath)),
    ...present('ageIdentityFile', flags.one('ageIdentityFile', readPath)),
    ...present('signingKey', flags.one('signingKey', readPath)),
    ...readS3(flags),
    dryRun: flags.is('dryRun'),
    nonInteractive: flags.is('nonInteractive'),
    plain: flags.is('plain'),
  };
  return { options, problems: flags.problems };
}

function readWellKnown(raw: RawCommand): ReadOptions<WellKnownOptions> {
  const flags = new Flags(raw.flags);
  const typed = raw.arguments[0] ?? '';
  const domain = readName(typed);
  const options: WellKnownOptions = {
    domain: 'value' in domain ? domain.value : typed,
    ...present('host', flags.one('host', readName)),
    publisher: flags.one('for', readPublisher) ?? 'nginx',
    check: flags.is('check'),
    ...present('wait', raw.flags.wait === true ? DEFAULT_WAIT_MS : flags.one('wait', readDuration)),
    dns: flags.many('dns', readDnsServer),
    ...present('caFile', flags.one('caFile', readPath)),
    ...present('timeout', flags.one('timeout', readDuration)),
    plain: flags.is('plain'),
  };
  const wrong = 'problem' in domain ? [`server_name: "${typed}" ${domain.problem}`] : [];
  return { options, problems: [...wrong, ...flags.problems] };
}

function readGuide(raw: RawCommand): ReadOptions<GuideOptions> {
  const flags = new Flags(raw.flags);
  const typed = raw.arguments[0] ?? '';
  const domain = readName(typed);
  const options: GuideOptions = {
    domain: 'value' in domain ? domain.value : typed,
    ...present('contact', flags.one('contact', readLine)),
    ...present('client', flags.one('client', readWebAddress)),
    ...present('host', flags.one('host', readName)),
    html: flags.is('html'),
    ...present('out', flags.one('out', readPath)),
    plain: flags.is('plain'),
  };
  const wrong = 'problem' in domain ? [`server_name: "${typed}" ${domain.problem}`] : [];
  return { options, problems: [...wrong, ...flags.problems] };
}

function readCompletion(raw: RawCommand): ReadOptions<CompletionOptions> {
  const text = raw.arguments[0] ?? '';
  const shell = readShell(text);
  return 'value' in shell
    ? { options: { shell: shell.value }, problems: [] }
    : { options: { shell: 'bash' }, problems: [`"${text}" ${shell.problem}`] };
}

function readRestore(raw: RawCommand): ReadOptions<RestoreOptions> {
  const { options, problems } = readInit(raw);
  const flags = new Flags(raw.flags);
  const more = {
    file: raw.arguments[0] ?? '',
    target: raw.arguments[1] ?? '',
    ...readS3(flags),
    ...present('ageIdentityFile', flags.one('ageIdentityFile', readPath)),
  };
  return { options: { ...options, ...more }, problems: [...problems, ...flags.problems] };
}

function readUnlock(raw: RawCommand): ReadOptions<UnlockOptions> {
  const flags = new Flags(raw.flags);
  const options: UnlockOptions = {
    ...readConnection(raw, flags),
    target: raw.arguments[0] ?? '',
    yes: flags.is('yes'),
    nonInteractive: flags.is('nonInteractive'),
    plain: flags.is('plain'),
  };
  return { options, problems: flags.problems };
}

function readUninstall(raw: RawCommand): ReadOptions<UninstallOptions> {
  const flags = new Flags(raw.flags);
  const options: UninstallOptions = {
    ...readConnection(raw, flags),
    target: raw.arguments[0] ?? '',
    purge: flags.is('purge'),
    ...present('confirm', flags.one('confirm', readName)),
    yes: flags.is('yes'),
    dryRun: flags.is('dryRun'),
    nonInteractive: flags.is('nonInteractive'),
    plain: flags.is('plain'),
  };
  return { options, problems: flags.problems };
}
