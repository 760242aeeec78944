import {
  type CheckOptions,
  checkFederation,
  type FederationCheck,
} from '../../../../src/federation/check.ts';
import { Authority, type LeafOptions, type Pair } from './certificates.ts';
import { NameServer, type Zone } from './names.ts';
import { type Answer, apex, type Handler, homeserver, Internet } from './server.ts';

/** IPv4 stands on 127.0.0.0/8 and IPv6 on ::1, so that every machine has a route; both are declared a closed federation. */
export const V4 = '127.0.0.2';
export const V4_OTHER = '127.0.0.3';
export const V6 = '::1';
const CLOSED = ['127.0.0.0/8', '::1/128'];

export class Lab {
  readonly authority: Authority;
  readonly names: NameServer;
  /** Covers example.org, www.example.org and matrix.example.org; the intermediate certificate is sent along. */
  readonly good: Pair;
  #internet = new Internet();
  readonly #leaves = new Map<string, Pair>();

  private constructor(authority: Authority, names: NameServer, good: Pair) {
    this.authority = authority;
    this.names = names;
    this.good = good;
  }

  /** @param options.dnsDelayMs how late every answer of the name server is */
  static async open({ dnsDelayMs = 0 } = {}): Promise<Lab> {
    const [authority, names] = await Promise.all([Authority.create(), NameServer.start(dnsDelayMs)]);
    const hosts = ['example.org', 'www.example.org', 'matrix.example.org'];
    const good = await authority.leaf({ names: hosts, intermediate: 'sent' });
    return new Lab(authority, names, good);
  }

  async close(): Promise<void> {
    await this.#internet.stop();
    this.names.stop();
    await this.authority.remove();
  }

  get internet(): Internet {
    return this.#internet;
  }

  /** An empty internet and an empty DNS. */
  async reset(): Promise<void> {
    await this.#internet.stop();
    this.#internet = new Internet();
    this.names.asked.length = 0;
    for (const name of Object.keys(this.names.zones)) delete this.names.zones[name];
  }

  /** A certificate; the same wishes get the same one. */
  async leaf(options: LeafOptions): Promise<Pair> {
    const key = JSON.stringify(options);
    const pair = this.#leaves.get(key) ?? (await this.authority.leaf(options));
    this.#leaves.set(key, pair);
    return pair;
  }

  dns(zones: Readonly<Record<string, Zone | null>>): void {
    Object.assign(this.names.zones, zones);
  }

  /** example.org and matrix.example.org on one machine, everything in order but for what is replaced. */
  async healthy(
    replaced: Readonly<Record<string, Answer | Handler>> = {},
    places = [`${V4}:443`],
  ): Promise<void> {
    this.dns({ 'example.org': { A: [V4] }, 'matrix.example.org': { A: [V4] } });
    const files = apex('matrix.example.org:443', 'https://matrix.example.org', replaced);
    await this.internet.https(places, this.good, homeserver('example.org', files));
  }

  check(serverName = 'example.org', options: Partial<CheckOptions> = {}): Promise<FederationCheck> {
    return checkFederation(serverName, {
      dns: [this.names.address],
      extraCa: this.authority.root.cert,
      timeout: 4000,
      vantage: 'operator',
      privateNetworks: CLOSED,
      connect: this.internet.connect,
      ...options,
    });
  }

  /** With what the profile `go` needs to see. */
  checkAsTester(server: {
    readonly name?: string;
    readonly options?: Partial<CheckOptions>;
  }): Promise<FederationCheck> {
    return this.check(server.name, { ...server.options, profile: 'go' });
  }
}

/** `MB-FED-008!` for an error, `?` for a warning, `.` for information. */
export function codes({ verdict }: FederationCheck): string[] {
  const mark = { error: '!', warning: '?', info: '.' };
  return verdict.findings.map((one) => `${one.code.slice(-3)}${mark[one.severity]}`);
}
