import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  readonly names: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
  /** Signs with the intermediate authority; `chain` says whether it is sent along. */
  readonly intermediate?: 'sent' | 'missing';
  readonly selfSigned?: boolean;
}

const DAY = 86_400_000;
const CONFIG = `
[ca]
default_ca = mine
[mine]
dir = .
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[leaf]
basicConstraints = CA:FALSE
`;

/** A certificate authority in a temporary folder: openssl does the work. */
export class Authority {
  readonly #dir: string;
  readonly root: Pair;
  readonly #intermediate: Pair;
  #count = 0;

  private constructor(dir: string, root: Pair, intermediate: Pair) {
    this.#dir = dir;
    this.root = root;
    this.#intermediate = intermediate;
  }

  static async create(): Promise<Authority> {
    const dir = await mkdtemp(join(tmpdir(), 'federation-lab-'));
    await writeFile(join(dir, 'ca.conf'), CONFIG);
    await writeFile(join(dir, 'index.txt'), '');
    await writeFile(join(dir, 'serial'), '1000\n');
    const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
    await openssl(
      ...ROOT,
      '-keyout',
      'root.key',
      '-out',
      'root.pem',
      '-subj',
      '/CN=Lab Root',
      '-days',
      '3650',
    );
    await openssl(...REQUEST, '-keyout', 'mid.key', '-out', 'mid.csr', '-subj', '/CN=Lab Intermediate');
    await openssl(
      ...SIGN,
      '-keyfile',
      'root.key',
      '-cert',
      'root.pem',
      '-extensions',
      'root',
      '-days',
      '3000',
      '-in',
      'mid.csr',
      '-out',
      'mid.pem',
    );
    return new Authority(dir, await readPair(dir, 'root'), await readPair(dir, 'mid'));
  }

  /** A key and a certificate (or chain) as a server presents it. */
  async leaf(options: LeafOptions): Promise<Pair> {
    const id = `leaf${this.#count++}`;
    const openssl = (...args: string[]) => run('openssl', args, { cwd: this.#dir });
    const names = options.names
      .map((name) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`))
      .join(',');
    const request = ['-keyout', `${id}.key`, '-subj', '/CN=leaf', '-addext', `subjectAltName=${names}`];
    if (options.selfSigned) {
      await openssl(...ROOT, ...request, '-out', `${id}.pem`, '-days', '30');
      return readPair(this.#dir, id);
    }
    await openssl(...REQUEST, ...request, '-out', `${id}.csr`);
    const issuer = options.intermediate ? 'mid' : 'root';
    const from = options.from ?? new Date(Date.now() - DAY);
    const to = options.to ?? new Date(Date.now() + 90 * DAY);
    const dates = ['-startdate', asn1(from), '-enddate', asn1(to)];
    await openssl(
      ...SIGN,
      '-keyfile',
      `${issuer}.key`,
      '-cert',
      `${issuer}.pem`,
      '-extensions',
      'leaf',
      ...dates,
      '-in',
      `${id}.csr`,
      '-out',
      `${id}.pem`,
    );
    const pair = await readPair(this.#dir, id);
    return options.intermediate === 'sent' ? { ...pair, cert: pair.cert + this.#intermediate.cert } : pair;
  }

  async remove(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const ROOT = ['req', '-x509', ...EC];
const REQUEST = ['req', ...EC];
const SIGN = ['ca', '-batch', '-notext', '-config', 'ca.conf'];

async function readPair(dir: string, id: string): Promise<Pair> {
  const [cert, key] = await Promise.all([
    readFile(join(dir, `${id}.pem`), 'utf8'),
    readFile(join(dir, `${id}.key`), 'utf8'),
  ]);
  return { cert, key };
}

function asn1(date: Date): string {
  return `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}
