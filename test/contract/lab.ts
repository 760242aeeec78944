import { writeFile } from 'node:fs/promises';
import type { ConnectOptions } from '../../src/host/connect.ts';
import { connect } from '../../src/host/connect.ts';
import type { Host } from '../../src/host/host.ts';
import type { Lab, Sshd } from './sshd.ts';

/** The lab of a test run and what its tests share. */
export interface Bench {
  readonly lab: Lab;
  /** An ordinary server: ed25519, keys only. */
  readonly sshd: Sshd;
  /** A key that is let in. */
  readonly key: string;
}

export interface Wish extends Partial<ConnectOptions> {
  readonly user?: string;
  readonly server?: Sshd;
  readonly host?: string;
  /** Text of known_hosts; default: the server's key. */
  readonly known?: string;
  /** Lines of ssh_config. */
  readonly config?: readonly string[];
}

let count = 0;

/** What the tests connect with: known_hosts and configuration of their own, nobody to ask. */
export async function reach(
  bench: Bench,
  wish: Wish = {},
): Promise<{ host: Host; log: string[]; knownFile: string }> {
  const {
    user = 'root',
    server = bench.sshd,
    host: address = '127.0.0.1',
    known,
    config = [],
    ...options
  } = wish;
  const id = count++;
  const knownFile = bench.lab.path(`known-${id}`);
  const text = known ?? (await knownLine(server, address));
  if (text !== '') await writeFile(knownFile, text);
  const configFile = bench.lab.path(`config-${id}`);
  // The identity of the last section counts only where the configuration names none itself.
  await writeFile(
    configFile,
    [...config, 'Host *', `UserKnownHostsFile ${knownFile}`, 'GlobalKnownHostsFile /dev/null', ''].join('\n'),
  );
  const log: string[] = [];
  const host = await connect(
    { host: address, user, port: server.port },
    {
      sshConfig: configFile,
      identity: [bench.key],
      interactive: false,
      secrets: {},
      log: (line) => log.push(line),
      env: { PATH: process.env.PATH, HOME: bench.lab.folder },
      ...options,
    },
  );
  return { host, log, knownFile };
}

export async function knownLine(server: Sshd, address = '127.0.0.1', type?: string): Promise<string> {
  return `[${address}]:${server.port} ${await server.publicKey(type)}\n`;
}

/** The error of something that has to fail, with what its message is made of. */
export async function failure(
  work: Promise<unknown>,
): Promise<{ code: string; text: string; safe: string | undefined }> {
  try {
    const { host } = (await work) as { host?: Host };
    await host?.close();
  } catch (error) {
    const { text } = error as {
      text?: { code: string; what: string; why?: string; fix?: string[]; safe?: string };
    };
    if (text === undefined) throw error;
    const all = [text.what, text.why ?? '', ...(text.fix ?? [])].join('\n');
    return { code: text.code, text: all, safe: text.safe };
  }
  throw new Error('it should have failed');
}
