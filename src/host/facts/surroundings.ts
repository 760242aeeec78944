import { lines } from './fact.ts';

/** What a name on the internet is needed for. */
export type Use = 'registry' | 'acme' | 'docker-packages' | 'apt';

/** One try to open a TCP connection from the machine. */
export interface WayOut {
  readonly use: Use;
  readonly name: string;
  readonly port: number;
  readonly family: 4 | 6;
  /** `no-address`: the name has none of this family. */
  readonly outcome: 'open' | 'no-address' | 'refused' | 'unreachable' | 'silent';
  /** The address that was tried last; absent without one. */
  readonly address?: string;
}

/** What is around and below a machine: looked at before a first installation only, because it may take seconds. */
export interface Surroundings {
  /** uname -r. */
  readonly kernel: string;
  /** As systemd-detect-virt(1) names it: `kvm`, `none`, `lxc`, `openvz`; empty when it cannot be told. */
  readonly virtualisation: string;
  /** Whether root may mount /proc in namespaces of its own, as Docker does; undefined when it was not tried. */
  readonly namespaces?: boolean;
  /** Whether the kernel has a way to addresses of the internet. */
  readonly routes: Readonly<Record<4 | 6, boolean>>;
  /** A firewall of the machine's own that may drop what comes in: `ufw`, `firewalld`, `nftables`, `iptables`; or empty. */
  readonly firewall: string;
  /** Who goes out through a configured proxy: `apt`, `docker`. */
  readonly proxies: readonly string[];
  readonly ways: readonly WayOut[];
}

const OUTCOMES = ['open', 'no-address', 'refused', 'unreachable', 'silent'] as const;
const USES = ['registry', 'acme', 'docker-packages', 'apt'] as const;

const oneOf = <T extends string>(known: readonly T[], text = ''): T | undefined =>
  known.find((one) => one === text);

/** Understands what templates/scripts/look-around.sh prints; what it does not know is left out. */
export const parseSurroundings = (output: string): Surroundings => {
  const words = lines(output).map((line) => line.trim().split(' '));
  const of = (key: string) => words.filter(([first]) => first === key).map(([, ...rest]) => rest);
  const first = (key: string) => of(key)[0]?.[0] ?? '';
  const namespaces = first('namespaces');
  return {
    kernel: first('kernel'),
    virtualisation: first('virtualisation'),
    ...(namespaces === '' ? {} : { namespaces: namespaces === 'yes' }),
    routes: {
      4: of('route').some(([family]) => family === '4'),
      6: of('route').some(([family]) => family === '6'),
    },
    firewall: first('firewall'),
    proxies: of('proxy').map(([who = '']) => who),
    ways: of('way').flatMap(([useText, name = '', port, familyText, outcomeText, address]) => {
      const use = oneOf(USES, useText);
      const outcome = oneOf(OUTCOMES, outcomeText);
      const family = familyText === '4' ? 4 : familyText === '6' ? 6 : undefined;
      if (use === undefined || outcome === undefined || family === undefined) return [];
      return [{ use, name, port: Number(port), family, outcome, ...(address ? { address } : {}) }];
    }),
  };
};
