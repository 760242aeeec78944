import type { Tier } from '../answers/answers.ts';
import type { RawAnswers } from '../answers/raw.ts';
import type { Destination } from '../backup/destination.ts';
import type { Schedule } from '../backup/schedule.ts';
import type { EditChoices } from '../edits/hand-edits.ts';
import type { Profile } from '../federation/codes.ts';
import type { Publisher } from '../federation/publishers.ts';
import type {
  DiskOptions,
  FederationOptions,
  InviteOptions,
  ModerationOptions,
  RoomOptions,
  UserOptions,
} from './people-options.ts';

export const TRANSPORTS = ['ssh2', 'openssh', 'local'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELLS)[number];

/** Where answers come from besides the environment. */
export interface AnswerOptions {
  /** Flags of the questions, as typed. */
  readonly answers: RawAnswers;
  /** `--answers FILE` */
  readonly answersFile?: string;
}

/** How the machine is reached. Secrets are named by their files only. */
export interface ConnectOptions {
  /** `user@host` as typed; absent when it was left away. */
  readonly target?: string;
  /** Absent: chosen by the connection. */
  readonly ssh?: TransportName;
  /** Private key files, in the order given. */
  readonly identities: readonly string[];
  /** `SHA256:` and 43 characters of base64, as `ssh-keygen -lf` prints it. */
  readonly hostKey?: string;
  readonly sudoPasswordFile?: string;
  readonly sshPasswordFile?: string;
  readonly keyPassphraseFile?: string;
}

/** How an object store that holds backups is reached; absent: as the machine remembers it. */
export interface S3Options {
  /** File here with aws_access_key_id and aws_secret_access_key. */
  readonly s3CredentialsFile?: string;
  /** URL; absent: Amazon's own. */
  readonly s3Endpoint?: string;
  readonly s3Region?: string;
}

/** Options of the checks that look at the server from outside. */
export interface OutsideOptions {
  /** DNS servers to ask instead of the system's: addresses, optionally with a port. */
  readonly dns: readonly string[];
  /** PEM file of authorities to trust besides the system's. */
  readonly caFile?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface InitOptions extends AnswerOptions, ConnectOptions, OutsideOptions {
  readonly adminPasswordFile?: string;
  readonly databasePasswordFile?: string;
  /** File here with a copy of the server's signing key. */
  readonly signingKeyFile?: string;
  /** Host key of the second machine, as `hostKey`. */
  readonly dbHostKey?: string;
  /** Never ask. */
  readonly nonInteractive: boolean;
  /** Take defaults and agree to the plan. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** What becomes of files that were edited by hand and that this run changes in the same places. */
  readonly edits: EditChoices;
  /** Show every line of what changes in files. */
  readonly diff: boolean;
  /** Say by the exit code whether there is anything to do; never ask, change nothing. */
  readonly check: boolean;
  /** Print an answers file with every question, and stop. */
  readonly printAnswers: boolean;
  /** Print what would run on the machine, and stop. */
  readonly printCommands: boolean;
  /** Say where each answer comes from, and stop. */
  readonly explainAnswers: boolean;
  /**
   * Milliseconds to wait for DNS and files that someone else has to publish, and before an upgrade for background updates that
   * are left of the last one; absent: do not wait.
   */
  readonly wait?: number;
  /** Events as lines of JSON on stdout; nothing is asked. */
  readonly json: boolean;
  /** Ids of breaking changes of an upgrade that are acknowledged. */
  readonly accept: readonly string[];
  /** Upgrade without a backup before. */
  readonly noBackup: boolean;
  /** Take the last upgrade back instead. */
  readonly rollback: boolean;
  readonly plain: boolean;
}

/** `plan`: what `init` would write for a box of this size, without a machine. */
export interface PlanOptions extends AnswerOptions {
  /** MiB of RAM of the box that is planned for. */
  readonly memoryMiB?: number;
  readonly vcpus?: number;
  /** GiB of the disk that holds the data. */
  readonly diskGiB?: number;
  /** The tiers to put side by side, at least two. */
  readonly compare?: readonly Tier[];
  /** The folder that gets every file that `init` would write. */
  readonly out?: string;
  /** Reason and source of each line and figure. */
  readonly why: boolean;
  readonly json: boolean;
  readonly plain: boolean;
}

export interface CheckOptions extends OutsideOptions, ConnectOptions {
  /** As typed; empty with `--from`, and with `--from-file` alone. */
  readonly serverNames: readonly string[];
  /** `--from-file`: a file with more of them. */
  readonly namesFile?: string;
  readonly profile: Profile;
  /** Every line, also what is in order. */
  readonly verbose: boolean;
  readonly json: boolean;
  /** Milliseconds to go on looking until it is green; absent: look once. */
  readonly watch?: number;
  /** File that gets what was seen. */
  readonly evidenceFile?: string;
  /** `--from`: file with what was seen before, to be judged again. */
  readonly judgeFile?: string;
  /** `--from-host`: the machine of the server, asked as well. */
  readonly target?: string;
  readonly nonInteractive: boolean;
  /** Homeserver that is asked for the keys as well. */
  readonly notary?: string;
  /** Ask federationtester.matrix.org as well. */
  readonly publicTester: boolean;
  /** The address family to look through; absent: both. */
  readonly only?: 4 | 6;
  /** Networks (CIDR) of a closed federation. */
  readonly privateNetworks: readonly string[];
  readonly plain: boolean;
}

/** `explain`: what a code means. */
export interface ExplainOptions {
  /** Absent: all of them, with their titles. */
  readonly code?: string;
  /** Names for the configuration that is shown. */
  readonly domain?: string;
  readonly host?: string;
  readonly json: boolean;
  readonly plain: boolean;
}

/** `well-known`: the files that say where the homeserver is, for a website elsewhere. */
export interface WellKnownOptions extends OutsideOptions {
  /** server_name. */
  readonly domain: string;
  /** Name of the homeserver; absent: by the answers of `init`, else matrix.DOMAIN. */
  readonly host?: string;
  /** Where the website is served from. */
  readonly publisher: Publisher;
  /** Compare what is published instead of printing. */
  readonly check: boolean;
  /** Milliseconds to wait until it is published. */
  readonly wait?: number;
  readonly plain: boolean;
}

/** `guide`: the page for a server's users. */
export interface GuideOptions {
  /** server_name. */
  readonly domain: string;
  /** Whom to ask; absent: by the answers of `init`. */
  readonly contact?: string;
  /** https address of a web client; absent: Element's own. */
  readonly client?: string;
  /** Name of the homeserver; absent: by the answers of `init`, else matrix.DOMAIN. */
  readonly host?: string;
  readonly html: boolean;
  /** File that gets the page; absent: the screen. */
  readonly out?: string;
  readonly plain: boolean;
}

export interface CompletionOptions {
  readonly shell: ShellName;
}

export interface BackupOptions extends ConnectOptions, S3Options {
  readonly target: string;
  /** `/folder`, `user@host:/folder` or `s3://bucket/prefix`; absent: a folder of the machine for root alone. */
  readonly to?: Destination;
  /** How many backups of a server stay; absent: 7. */
  readonly keep?: number;
  /** Public key of age that the backup is encrypted for. */
  readonly recipient?: string;
  /** Let a backup without a recipient go to an object store. */
  readonly unencrypted: boolean;
  /** Show what there is, and stop. */
  readonly list: boolean;
  /** Install or remove the timer. */
  readonly schedule?: Schedule;
  /** A backup to be tried out: a file here, or `host:/path` on the machine. */
  readonly verify?: string;
  /** File here with age's secret key. */
  readonly ageIdentityFile?: string;
  /** New file here for a copy of the signing key, or `-` for the screen. */
  readonly signingKey?: string;
  readonly dryRun: boolean;
  readonly nonInteractive: boolean;
  readonly plain: boolean;
}

/** `restore`: puts a backup in place, then is `init` with the backup's answers. */
export interface RestoreOptions extends InitOptions, S3Options {
  readonly target: string;
  /** A file here, or `host:/path` on the machine. */
  readonly file: string;
  /** File here with age's secret key. */
  readonly ageIdentityFile?: string;
}

/** `unlock`: takes away the lock of a run that hangs. */
export interface UnlockOptions extends ConnectOptions {
  readonly target: string;
  readonly yes: boolean;
  readonly nonInteractive: boolean;
  readonly plain: boolean;
}

/** `uninstall`: takes the server off a machine. */
export interface UninstallOptions extends ConnectOptions {
  readonly target: string;
  /** Delete its data, too. */
  readonly purge: boolean;
  /** The domain, instead of typing it. */
  readonly confirm?: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly nonInteractive: boolean;
  readonly plain: boolean;
}

/** The options of each command. */
export interface CommandOptions {
  readonly init: InitOptions;
  readonly plan: PlanOptions;
  readonly check: CheckOptions;
  readonly explain: ExplainOptions;
  readonly 'well-known': WellKnownOptions;
  readonly guide: GuideOptions;
  readonly completion: CompletionOptions;
  readonly backup: BackupOptions;
  readonly restore: RestoreOptions;
  readonly unlock: UnlockOptions;
  readonly uninstall: UninstallOptions;
  readonly user: UserOptions;
  readonly invite: InviteOptions;
  readonly moderation: ModerationOptions;
  readonly federation: FederationOptions;
  readonly room: RoomOptions;
  readonly disk: DiskOptions;
}

export type CommandName = keyof CommandOptions;
