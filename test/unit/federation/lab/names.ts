import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

export interface Zone {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly SRV?: readonly { readonly target: string; readonly port: number; readonly priority?: number }[];
  readonly CNAME?: string;
  readonly CAA?: readonly { readonly flags?: number; readonly tag: string; readonly value: string }[];
  /** Answered for every type: 2 is SERVFAIL. */
  readonly rcode?: number;
}

const TYPES = { A: 1, CNAME: 5, AAAA: 28, SRV: 33, CAA: 257 } as const;

/** A name server on loopback. Names that it does not hold are NXDOMAIN; `null` zones get no answer at all. */
export class NameServer {
  readonly #socket: Socket;
  readonly zones: Record<string, Zone | null> = {};
  readonly asked: string[] = [];

  private constructor(socket: Socket, delayMs: number) {
    this.#socket = socket;
    socket.on('message', (message, peer) => {
      const answer = this.#answer(message);
      if (!answer) return;
      if (delayMs === 0) socket.send(answer, peer.port, peer.address);
      else setTimeout(() => socket.send(answer, peer.port, peer.address), delayMs);
    });
  }

  /** @param delayMs how late every answer is */
  static async start(delayMs = 0): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
    return new NameServer(socket, delayMs);
  }

  get address(): string {
    return `127.0.0.1:${(this.#socket.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#socket.close();
  }

  #answer(query: Buffer): Buffer | undefined {
    const { name, end } = readName(query, 12);
    const type = query.readUInt16BE(end);
    this.asked.push(`${Object.entries(TYPES).find(([, code]) => code === type)?.[0] ?? type} ${name}`);
    const zone = this.zones[name.toLowerCase()];
    if (zone === null) return undefined;
    const records = zone ? this.#records(zone, type) : [];
    const rcode = zone ? (zone.rcode ?? 0) : 3;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | rcode, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(rcode === 0 ? records.length : 0, 6);
    return Buffer.concat([header, query.subarray(12, end + 4), ...(rcode === 0 ? records : [])]);
  }

  /** An alias is answered as real name servers do: with itself, and with what its canonical name has. */
  #records(zone: Zone, type: number): Buffer[] {
    const own = recordsOf(zone, type);
    if (zone.CNAME === undefined || type === TYPES.CNAME) return own;
    const target = this.zones[zone.CNAME];
    const owner = writeName(zone.CNAME);
    return [...recordsOf(zone, TYPES.CNAME), ...(target ? recordsOf(target, type, owner) : own)];
  }
}

/** @param owner name that the records belong to; the question's when missing */
function recordsOf(zone: Zone, type: number, owner: Buffer = QUESTION): Buffer[] {
  if (type === TYPES.A)
    return (zone.A ?? []).map((ip) => record(type, Buffer.from(ip.split('.').map(Number)), owner));
  if (type === TYPES.AAAA) return (zone.AAAA ?? []).map((ip) => record(type, v6(ip), owner));
  if (type === TYPES.CNAME && zone.CNAME) return [record(type, writeName(zone.CNAME))];
  if (type === TYPES.CAA)
    return (zone.CAA ?? []).map(({ flags = 0, tag, value }) =>
      record(type, Buffer.concat([Buffer.from([flags, tag.length]), Buffer.from(tag + value, 'latin1')])),
    );
  if (type !== TYPES.SRV) return [];
  return (zone.SRV ?? []).map(({ target, port, priority = 0 }) => {
    const fixed = Buffer.alloc(6);
    fixed.writeUInt16BE(priority, 0);
    fixed.writeUInt16BE(port, 4);
    return record(type, Buffer.concat([fixed, writeName(target)]));
  });
}

/** A pointer to the question's name. */
const QUESTION = Buffer.from([0xc0, 0x0c]);

function record(type: number, data: Buffer, owner: Buffer = QUESTION): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(300, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, fixed, data]);
}

function readName(buffer: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = buffer[at] ?? 0; length > 0; length = buffer[at] ?? 0) {
    labels.push(buffer.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function writeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);
}

/** Only what the tests use: `::1` and addresses written in full. */
function v6(ip: string): Buffer {
  const [head = '', tail = ''] = ip.split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = tail.split(':').filter((part) => part !== '');
  const middle = Array<string>(8 - left.length - right.length).fill('0');
  const out = Buffer.alloc(16);
  for (const [i, part] of [...left, ...middle, ...right].entries())
    out.writeUInt16BE(Number.parseInt(part, 16), i * 2);
  return out;
}
