import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Failure } from '../errors.ts';
import type { Answers } from './answers.ts';
import { type AnswersFile, formatAnswersFile, parseAnswersFile } from './file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of what runs leave behind for the operator: `$XDG_STATE_HOME/matrix-bastion`, by default
 * `~/.local/state/matrix-bastion`; on macOS and Windows the platform's own place unless XDG_STATE_HOME is set.
 * A relative XDG_STATE_HOME is ignored, as the XDG Base Directory Specification asks.
 */
export function stateFolder(env: Environment, platform: NodeJS.Platform, home: string): string {
  const xdg = env.XDG_STATE_HOME;
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'matrix-bastion');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'matrix-bastion');
  if (platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'matrix-bastion', 'State');
  return join(home, '.local', 'state', 'matrix-bastion');
}

/** What is kept on the operator's machine about one domain. */
export interface Store {
  readonly folder: string;
  /** The answers of the last run; undefined when there are none. */
  readAnswers(): Promise<AnswersFile | undefined>;
  /** Written whole or not at all. */
  writeAnswers(answers: Answers): Promise<void>;
  /** The signing keys that the server was seen with; empty when none were recorded. */
  readSigningKeys(): Promise<SigningKeys>;
  /** Adds keys. One that is recorded stays as it is: a key id never changes its key. */
  recordSigningKeys(keys: SigningKeys): Promise<void>;
  /** The password that was made for an administrator; each has a file of its own. */
  password(localpart: string): PasswordFile;
}

/** Key id → public key in unpadded base64: `ed25519:a_AbCd` → `XGX0…`. */
export type SigningKeys = Readonly<Record<string, string>>;

/** A made password until it has been shown: a 0600 file that holds it and a line end. */
export interface PasswordFile {
  readonly path: string;
  /** Undefined when there is no file. */
  read(): Promise<string | undefined>;
  /**
   * Creates the file with mode 0600.
   *
   * @throws Failure when there is one: it may be the only copy of a password in use.
   */
  create(password: string): Promise<void>;
  /** Nothing happens when there is none. */
  remove(): Promise<void>;
}

export interface StoreOptions {
  readonly env?: Environment;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** The store of a validated domain. Creates its folder (0700). */
export async function openStore(domain: string, options: StoreOptions = {}): Promise<Store> {
  // The domain becomes a folder's name: nothing but a validated one may come here.
  if (!DOMAIN.test(domain)) throw new Error(`not a validated domain: ${domain}`);
  const folder = join(baseFolder(options), domain);
  await privateFolder(folder);
  const answersPath = join(folder, 'answers.yaml');
  const keysPath = join(folder, SIGNING_KEYS);
  return {
    folder,
    async readAnswers() {
      const text = await readIfThere(answersPath);
      return text === undefined ? undefined : parseAnswersFile(text, answersPath);
    },
    writeAnswers: (answers) => writeAtomically(answersPath, formatAnswersFile(answers), 0o644),
    readSigningKeys: () => readKeys(keysPath),
    async recordSigningKeys(keys) {
      const known = await readKeys(keysPath);
      if (Object.keys(keys).every((id) => id in known)) return;
      const lines = Object.entries({ ...keys, ...known }).map(([id, key]) => `${id} ${key}\n`);
      await writeAtomically(keysPath, lines.sort().join(''), 0o644);
    },
    password: (localpart) => passwordFile(join(folder, `password-${encodeURIComponent(localpart)}`)),
  };
}

/** Public halves only; one key a line. */
const SIGNING_KEYS = 'signing-keys';

async function readKeys(path: string): Promise<SigningKeys> {
  const lines = ((await readIfThere(path)) ?? '').split('\n');
  const pairs = lines.map((line) => /^(ed25519:\S+) ([A-Za-z0-9+/]{43})$/.exec(line.trim()));
  return Object.fromEntries(pairs.flatMap((pair) => (pair?.[1] && pair[2] ? [[pair[1], pair[2]]] : [])));
}

/** What an earlier run left about a server, looked at without leaving anything; undefined when nothing did. */
export async function readStored(
  serverName: string,
  options: StoreOptions = {},
): Promise<{ readonly answers: AnswersFile; readonly signingKeys: SigningKeys } | undefined> {
  if (!DOMAIN.test(serverName)) return undefined;
  const folder = join(baseFolder(options), serverName);
  const path = join(folder, 'answers.yaml');
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  return { answers: parseAnswersFile(text, path), signingKeys: await readKeys(join(folder, SIGNING_KEYS)) };
}

function passwordFile(path: string): PasswordFile {
  return {
    path,
    read: async () => (await readIfThere(path))?.replace(/\n$/, ''),
    remove: () => rm(path, { force: true }),
    async create(password) {
      // Linked when it is whole: a kill leaves no empty file that would pass for a password.
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      await writeNew(temporary, `${password}\n`, 0o600);
      try {
        await link(temporary, path);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        throw new Failure({
          code: 'MB-PASSWORD-FILE',
          what: `${path} exists already`,
          why: 'It may be the only copy of a password that is in use, so it is never overwritten',
          fix: [`mv ${path} ${path}.old`],
        });
      } finally {
        await rm(temporary, { force: true });
      }
      await syncFolder(join(path, '..'));
    },
  };
}

/**
 * A path for a new run log, its folder created: `logs/2026-01-31T120000Z-init.log` in the domain's folder, or
 * beside the domains' folders while no domain is known.
 */
export async function newLogPath(
  run: { readonly command: string; readonly domain?: string; readonly now?: Date },
  options: StoreOptions = {},
): Promise<string> {
  const base = baseFolder(options);
  await privateFolder(base);
  const folder = join(run.domain === undefined ? base : join(base, run.domain), 'logs');
  await privateFolder(folder);
  const time = (run.now ?? new Date())
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  return join(folder, `${time}-${run.command}.log`);
}

function baseFolder({
  env = process.env,
  platform = process.platform,
  home = homedir(),
}: StoreOptions): string {
  return stateFolder(env, platform, home);
}

async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  // An older or hand-made folder may be open to others.
  await chmod(path, 0o700);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Readers see the old file or the new one, also after a power cut. */
async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeNew(temporary, text, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(join(path, '..'));
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders and needs no such call.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
