import { readFile } from 'node:fs/promises';
import type { IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import ssh2 from 'ssh2';
import { fingerprint } from './known-hosts.ts';

const { BaseAgent, createAgent, utils } = ssh2;
type Agent = InstanceType<typeof BaseAgent>;

/** A key to log in with. */
export interface Identity {
  /** For messages: a path or the agent's comment, with the fingerprint where it is known. */
  readonly label: string;
  /**
   * The key as an agent that holds nothing else. So ssh2 offers the public half first and a passphrase
   * is asked for only when the server would accept the key, as OpenSSH does.
   */
  readonly agent: Agent;
  /** Why it could not sign, once that is known. */
  readonly problem: () => string | undefined;
}

export interface IdentityOptions {
  /** Socket of the agent. */
  readonly agent?: string | undefined;
  /** Private keys, or public ones whose private half the agent has. */
  readonly files: readonly string[];
  /** Leave out keys of the agent that are none of `files`. */
  readonly only: boolean;
  /** Asks for the passphrase of a key; undefined when nobody can be asked. */
  readonly passphrase?: ((path: string) => Promise<string>) | undefined;
  /** How often a wrong passphrase may be given. */
  readonly attempts: number;
  readonly log: (line: string) => void;
}

/**
 * All keys in the order of OpenSSH: named files that the agent holds, the agent's others, other files.
 * Files that do not exist are left out.
 */
export async function loadIdentities(options: IdentityOptions): Promise<Identity[]> {
  const held = options.agent === undefined ? [] : await agentKeys(options.agent, options.log);
  const files = (await Promise.all(options.files.map((path) => readIdentity(path, options)))).filter(
    (file) => file !== undefined,
  );
  const inAgent = (blob: Buffer | undefined) =>
    blob === undefined ? undefined : held.find((entry) => entry.blob.equals(blob));
  const named = files.map((file) => inAgent(file.blob)).filter((entry) => entry !== undefined);
  const others = options.only ? [] : held.filter((entry) => !named.includes(entry));
  const alone = files.filter((file) => inAgent(file.blob) === undefined && file.identity !== undefined);
  return [...named, ...others, ...alone].map(({ identity }) => identity as Identity);
}

async function agentKeys(
  socket: string,
  log: (line: string) => void,
): Promise<{ blob: Buffer; identity: Identity }[]> {
  const agent = createAgent(socket);
  const keys = await new Promise<ParsedKey[]>((resolve) => {
    agent.getIdentities((error, found) => {
      if (error) log(`the SSH agent does not answer: ${error.message}`);
      resolve((found ?? []) as ParsedKey[]);
    });
  });
  return keys.map((key) => {
    const blob = key.getPublicSSH();
    let problem: string | undefined;
    const single = new SingleKey(
      async () => key,
      (data, hash) =>
        new Promise((resolve, reject) => {
          const done: SignCallback = (error, signature) => {
            if (signature !== undefined) return resolve(signature);
            problem = 'the agent would not sign with it';
            reject(error ?? new Error(problem));
          };
          if (hash === undefined) agent.sign(key, data, {}, done);
          else agent.sign(key, data, { hash }, done);
        }),
    );
    const label = `${key.comment || key.type} of the agent (${fingerprint(blob.toString('base64'))})`;
    return { blob, identity: { label, agent: single, problem: () => problem } };
  });
}

interface FileIdentity {
  /** The public half, where it can be had without a passphrase. */
  readonly blob: Buffer | undefined;
  /** Absent when there is only a public half here. */
  readonly identity: Identity | undefined;
}

async function readIdentity(path: string, options: IdentityOptions): Promise<FileIdentity | undefined> {
  const text = await readText(path);
  const publicText = await readText(`${path}.pub`);
  const publicKey = parsed(publicText) ?? parsed(text);
  if (text === undefined) return publicKey && { blob: publicKey.getPublicSSH(), identity: undefined };
  const key = parsed(text);
  if (key !== undefined) {
    const blob = key.getPublicSSH();
    if (!key.isPrivateKey()) return { blob, identity: undefined };
    return {
      blob,
      identity: identity(
        path,
        blob,
        async () => key,
        () => undefined,
      ),
    };
  }
  const blob = publicKey?.getPublicSSH() ?? publicHalf(text);
  const locked = lockedKey(path, text, options);
  return { blob, identity: identity(path, blob, locked.unlock, locked.problem) };
}

function identity(
  path: string,
  blob: Buffer | undefined,
  unlock: () => Promise<ParsedKey>,
  problem: () => string | undefined,
): Identity {
  const known = blob === undefined ? undefined : parsed(`${typeOf(blob)} ${blob.toString('base64')}`);
  const agent = new SingleKey(
    async () => known ?? (await unlock()),
    async (data, hash) => {
      const signature = (await unlock()).sign(data, hash);
      if (signature instanceof Error) throw signature;
      return signature;
    },
  );
  const label = blob === undefined ? path : `${path} (${fingerprint(blob.toString('base64'))})`;
  return { label, agent, problem };
}

/** A key file that needs a passphrase; asked for once, when the key is first used. */
function lockedKey(path: string, text: string, options: IdentityOptions) {
  let problem: string | undefined;
  let unlocking: Promise<ParsedKey> | undefined;
  const unlock = async (): Promise<ParsedKey> => {
    if (options.passphrase === undefined) {
      problem = needsPassphrase(text)
        ? 'it has a passphrase, and nobody can be asked for it here (ssh-add it, or --key-passphrase-file)'
        : 'its format is not one that can be read';
      throw new Error(problem);
    }
    for (let attempt = 0; attempt < options.attempts; attempt++) {
      const key = parsed(text, await options.passphrase(path));
      if (key !== undefined) return key;
      problem = 'wrong passphrase';
    }
    throw new Error(problem);
  };
  return {
    problem: () => problem,
    unlock: () => {
      unlocking ??= unlock();
      return unlocking;
    },
  };
}

function needsPassphrase(text: string): boolean {
  return (
    /ENCRYPTED/.test(text) || /BEGIN OPENSSH PRIVATE KEY/.test(text) || /^Encryption: (?!none)/m.test(text)
  );
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parsed(text: string | undefined, passphrase?: string): ParsedKey | undefined {
  if (text === undefined) return undefined;
  const result: ParsedKey | ParsedKey[] | Error = utils.parseKey(text, passphrase);
  if (result instanceof Error) return undefined;
  return Array.isArray(result) ? result[0] : result;
}

function typeOf(blob: Buffer): string {
  return blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
}

/** The public half that stands unencrypted at the head of OpenSSH's own format (PROTOCOL.key). */
function publicHalf(text: string): Buffer | undefined {
  const [, base64] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END OPENSSH PRIVATE KEY-----/.exec(text) ?? [];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  try {
    let at = 'openssh-key-v1\0'.length;
    const next = () => {
      const length = bytes.readUInt32BE(at);
      at += 4 + length;
      return bytes.subarray(at - length, at);
    };
    for (let skipped = 0; skipped < 3; skipped++) next();
    at += 4;
    return next();
  } catch {
    return undefined;
  }
}

class SingleKey extends BaseAgent {
  private readonly key: () => Promise<ParsedKey>;
  private readonly signer: (data: Buffer, hash: SigningRequestOptions['hash']) => Promise<Buffer>;

  constructor(
    key: () => Promise<ParsedKey>,
    signer: (data: Buffer, hash: SigningRequestOptions['hash']) => Promise<Buffer>,
  ) {
    super();
    this.key = key;
    this.signer = signer;
  }

  override getIdentities(callback: IdentityCallback): void {
    this.key().then(
      (key) => callback(undefined, [key]),
      (error: Error) => callback(error),
    );
  }

  override sign(
    _key: ParsedKey | Buffer | string,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    const done = typeof options === 'function' ? options : callback;
    const hash = typeof options === 'function' ? undefined : options.hash;
    this.signer(data, hash).then(
      (signature) => done?.(undefined, signature),
      (error: Error) => done?.(error),
    );
  }
}
