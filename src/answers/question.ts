import type {
  DockerSource,
  FederationMode,
  ModerationBot,
  ProxyChoice,
  ProxySoftware,
  RegistrationMode,
  Tier,
  WebClient,
} from './answers.ts';

/** What each question yields: one plain value per question. `assemble` makes `Answers` of them. */
export interface Values {
  readonly domain: string;
  readonly matrixHost: string;
  readonly tier: Tier;
  readonly rooms: number;
  readonly users: number;
  readonly federation: FederationMode;
  readonly federationAllow: readonly string[];
  readonly largestRoom: number;
  readonly admin: string;
  readonly registration: RegistrationMode;
  readonly email: string;
  readonly client: WebClient;
  readonly clientHost: string;
  readonly moderation: ModerationBot | 'none';
  readonly dockerSource: DockerSource;
  readonly dockerMirror: string;
  readonly dockerMirrorFingerprint: string;
  readonly proxy: ProxyChoice;
  readonly proxyListen: string;
  readonly publicAddress: readonly string[];
  readonly federateWith: readonly string[];
  readonly federationCa: string;
  readonly dbHost: string;
  readonly database: string;
  /** PEM; empty for the public authorities. */
  readonly databaseCa: string;
}

export type QuestionId = keyof Values;

/** What is known already when a question comes up; questions are asked in the registry's order. */
export type Known = Partial<Values>;

/** Somebody's web server where the server would be. */
export interface WebServerFound {
  readonly software: ProxySoftware;
  /** `nginx holds port 443` */
  readonly found: string;
  /** It does not reach the machine's loopback then. */
  readonly inContainer: boolean;
}

/** The figures of the box that defaults may depend on. */
export interface AnswerFacts {
  /** MiB of RAM that the box has. */
  readonly memoryMiB?: number;
  /** Somebody's web server on a port that the server needs; only where a person can be asked about it. */
  readonly webServer?: WebServerFound;
  /** The usual name of a web client, where it leads to the machine already; only where a person sees what follows. */
  readonly clientName?: string;
}

/** The outcome of reading a text: a value, perhaps with sentences on what was changed; or why it will not do. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly notes?: readonly string[] }
  /** A sentence without its subject's flag and without a final full stop: the caller says where the text came from. */
  | Misread;

interface Misread {
  readonly ok: false;
  readonly problem: string;
  /** No way of typing on makes it right: said while it is typed, not only at Enter. */
  readonly settled?: true;
}

interface ParseContext {
  readonly known: Known;
  /** Reads a file that an answer names; throws an `Error` with a plain message. Absent: paths are refused. */
  readonly readText?: (path: string) => string;
}

export interface Default<T> {
  readonly value: T;
  /** Why this value: shown beside the default. */
  readonly reason: string;
}

interface Choice<T> {
  readonly value: T;
  readonly label: string;
}

/** A question as data. Flags, environment names, prompts, help and files all come from here. */
export interface Question<K extends QuestionId = QuestionId> {
  readonly id: K;
  /** The flag as commander and the help show it; its name is also the key in an answers file. */
  readonly flag: `--${string} <${string}>`;
  readonly environment: `MATRIX_BASTION_${string}`;
  /** The prompt's line. */
  readonly label: string;
  /** One sentence for `--help`. */
  readonly help: string;
  /** A list is built from several flags, from commas in the environment, from a sequence in a file. */
  readonly repeatable?: true;
  /** The possible values of a closed question, for a menu. */
  readonly choices?: readonly Choice<Values[K]>[];
  /** The limits of a question whose answer is a whole number, both included. */
  readonly count?: { readonly least: number; readonly most: number };
  /** Whether the wizard asks it when only its default is known; `where-found`: when the machine gives cause to. */
  readonly asked: boolean | 'where-found';
  /** What the summary says where there is no value: an answer that is worth a look, though nobody is asked for it. */
  readonly unset?: string;
  /** Whether there must be a value where the question applies. */
  readonly required: boolean;
  /** Questions that `when` and `default` look at: while one of them is open or wrong, this one is not judged. */
  readonly dependsOn?: readonly QuestionId[];
  /** Whether the question applies at all; absent: always. */
  when?(known: Known): boolean;
  /** Why it does not apply, for a person who answered it all the same. */
  readonly otherwise?: string;
  parse(text: string, context: ParseContext): Parsed<Values[K]>;
  /** The answer as people read it, where that is more than the value. */
  show?(value: Values[K]): string;
  default?(known: Known, facts: AnswerFacts): Default<Values[K]> | undefined;
}

/** `--matrix-host <name>` → `--matrix-host`. */
export function flagName(question: Pick<Question, 'flag'>): string {
  return question.flag.slice(0, question.flag.indexOf(' '));
}

/** `--matrix-host <name>` → `matrix-host`, the key in answers files. */
export function fileKey(question: Pick<Question, 'flag'>): string {
  return flagName(question).slice(2);
}

/** A success without notes. */
export function ok<T>(value: T, notes: readonly string[] = []): Parsed<T> {
  return notes.length === 0 ? { ok: true, value } : { ok: true, value, notes };
}

export function bad(problem: string): Misread {
  return { ok: false, problem };
}

/** `bad`, and no way of typing on would make it right. */
export function badAlready(problem: string): Misread {
  return { ok: false, problem, settled: true };
}
