import { type Fact, lines } from './fact.ts';

/** Addresses of the machine's interfaces with scope global (ip-address(8)), Docker's own bridges left out. */
export const addresses: Fact<string[]> = {
  name: 'addresses',
  script: 'ip -o addr show scope global',
  parse(output) {
    return lines(output).flatMap((line) => {
      const match = /^\d+:\s+(\S+)\s+inet6?\s+([0-9a-fA-F.:]+)\//.exec(line);
      if (!match?.[1] || !match[2] || /^(docker|br-|veth)/.test(match[1])) return [];
      return [match[2].toLowerCase()];
    });
  },
};

export interface RouterAdvertisementFact {
  /** Interface whose IPv6 default route was learned from a router advertisement. */
  readonly dev: string;
  /** net.ipv6.conf.DEV.accept_ra: 2 goes on accepting while the machine forwards. */
  readonly acceptRa: number;
}

/**
 * Docker turns IPv6 forwarding on, and a forwarding machine with accept_ra=1 drops the default route that
 * it learned (kernel ip-sysctl, accept_ra): an SSH session over IPv6 would end there.
 */
export const routerAdvertisements: Fact<RouterAdvertisementFact[]> = {
  name: 'routerAdvertisements',
  script: `ip -6 route show default | sed -n 's/.* dev \\([^ ]*\\) .*proto ra.*/\\1/p;s/.*proto ra.* dev \\([^ ]*\\).*/\\1/p' | sort -u |
while read -r dev; do echo "$dev $(cat "/proc/sys/net/ipv6/conf/$dev/accept_ra")"; done`,
  parse(output) {
    return lines(output).flatMap((line) => {
      const [dev, acceptRa] = line.split(' ');
      return dev && acceptRa ? [{ dev, acceptRa: Number(acceptRa) }] : [];
    });
  },
};

export interface ListenerFact {
  /** `0.0.0.0`, `*` and `::` are every address; IPv6 without brackets and zone. */
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Process name as ss(8) shows it; empty when the kernel does not tell. */
  readonly process: string;
  readonly pid?: number;
}

/** Who listens where: the ports that the server needs depend on the answers. */
export const listeners: Fact<ListenerFact[]> = {
  name: 'listeners',
  script: 'ss -H -l -n -t -u -p',
  parse(output) {
    return lines(output).flatMap((line) => {
      const match = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s/.exec(line);
      if (!match) return [];
      const user = /users:\(\("([^"]*)",pid=(\d+)/.exec(line);
      return [
        {
          protocol: match[1] as 'tcp' | 'udp',
          address: (match[2] as string).replace(/%[^\]]*/, '').replace(/^\[(.*)\]$/, '$1'),
          port: Number(match[3]),
          process: user?.[1] ?? '',
          ...(user?.[2] ? { pid: Number(user[2]) } : {}),
        },
      ];
    });
  },
};
