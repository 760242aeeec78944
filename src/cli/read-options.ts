import type { RawAnswers } from '../answers/raw.ts';
import { readDestination, readRecipient } from '../backup/destination.ts';
import type { EditChoices } from '../edits/hand-edits.ts';
import type {
  BackupOptions,
  CheckOptions,
  CommandName,
  CommandOptions,
  CompletionOptions,
  ConnectOptions,
  ExplainOptions,
  GuideOptions,
  InitOptions,
  PlanOptions,
  RestoreOptions,
  UninstallOptions,
  UnlockOptions,
  WellKnownOptions,
} from './options.ts';
import {
  type Read,
  readChange,
  readCount,
  readDisk,
  readDnsServer,
  readDuration,
  readEditedFile,
  readFamily,
  readHostKey,
  readLine,
  readMemory,
  readName,
  readNetwork,
  readPath,
  readProfile,
  readPublisher,
  readSchedule,
  readServerName,
  readShell,
  readTarget,
  readTiers,
  readTransport,
  readWebAddress,
} from './values.ts';

/** What commander hands over: texts, lists of texts and booleans by camel-cased flag. */
export interface RawCommand {
  /** The positional arguments. */
  readonly arguments: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  /** The questions' flags, which are judged together with the other sources of answers. */
  readonly answers: RawAnswers;
}

/** `--wait` without a duration. */
const DEFAULT_WAIT_MS = 30 * 60_000;
/** `--watch` without a duration: as long as other servers remember a failed well-known, and some time for DNS. */
const DEFAULT_WATCH_MS = 6 * 3_600_000;

/** Options that could be read, and what is wrong with the others: one line each, which names the flag. */
interface ReadOptions<Options> {
  readonly options: Options;
  readonly problems: readonly string[];
}

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
};

function readInit(raw: RawCommand): ReadOptions<InitOptions> {
  const flags = new Flags(raw.flags);
  const options: InitOptions = {
    answers: raw.answers,
    ...present('answersFile', flags.one('answers', readPath)),
    ...readConnection(raw, flags),
    ...present('adminPasswordFile', flags.one('adminPasswordFile', readPath)),
    ...present('databasePasswordFile', flags.one('databasePasswordFile', readPath)),
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

function readBackup(raw: RawCommand): ReadOptions<BackupOptions> {
  const flags = new Flags(raw.flags);
  const options: BackupOptions = {
    ...readConnection(raw, flags),
    target: raw.arguments[0] ?? '',
    ...present('to', flags.one('to', readDestination)),
    ...present('keep', flags.one('keep', readCount(KEEP_LIMIT))),
    ...present('recipient', flags.one('recipient', readRecipient)),
    list: flags.is('list'),
    ...present('schedule', flags.one('schedule', readSchedule)),
    ...present('verify', flags.one('verify', readPath)),
    ...present('ageIdentityFile', flags.one('ageIdentityFile', readPath)),
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

function readConnection(raw: RawCommand, flags: Flags): ConnectOptions {
  return {
    ...present('target', raw.arguments[0]),
    ...present('ssh', flags.one('ssh', readTransport)),
    identities: flags.many('identity', readPath),
    ...present('hostKey', flags.one('hostKey', readHostKey)),
    ...present('sudoPasswordFile', flags.one('sudoPasswordFile', readPath)),
    ...present('sshPasswordFile', flags.one('sshPasswordFile', readPath)),
    ...present('keyPassphraseFile', flags.one('keyPassphraseFile', readPath)),
  };
}

/** `{key: value}`, or nothing to spread when there is no value. */
function present<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

/** Reads flags and collects what is wrong with them. */
class Flags {
  readonly #flags: Readonly<Record<string, unknown>>;
  readonly problems: string[] = [];

  constructor(flags: Readonly<Record<string, unknown>>) {
    this.#flags = flags;
  }

  is(key: string): boolean {
    return this.#flags[key] === true;
  }

  one<T>(key: string, read: (text: string) => Read<T>): T | undefined {
    const text = this.#flags[key];
    return typeof text === 'string' ? this.#read(key, text, read) : undefined;
  }

  many<T>(key: string, read: (text: string) => Read<T>): readonly T[] {
    const texts = (this.#flags[key] as readonly string[] | undefined) ?? [];
    return texts.map((text) => this.#read(key, text, read)).filter((value) => value !== undefined);
  }

  #read<T>(key: string, text: string, read: (text: string) => Read<T>): T | undefined {
    const result = read(text);
    if ('value' in result) return result.value;
    this.problems.push(`${flagOf(key)}: "${text}" ${result.problem}`);
    return undefined;
  }
}

/** `hostKey` → `--host-key`. */
function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
