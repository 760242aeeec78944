import type { Target } from './host.ts';
import type { SshConfig } from './ssh-config.ts';

export type Transport = 'ssh2' | 'openssh' | 'local';

/** What decides which transport a connection needs. */
export interface TransportFacts {
  /** As it was given. */
  readonly target: Target;
  readonly config: SshConfig;
  /** Whether known_hosts names a certificate authority for the host. */
  readonly authority: boolean;
  /** Identity files that exist and live in a security key (`sk-…`). */
  readonly securityKeys: readonly string[];
  /** Certificates that exist, named or lying beside an identity file (`…-cert.pub`). */
  readonly certificates: readonly string[];
  /** Whether there is a Kerberos ticket that GSSAPI could use. */
  readonly kerberos: boolean;
}

/** A transport and, where it is not the usual one, why. */
export interface Choice {
  readonly transport: Transport;
  readonly reason?: string;
}

/** ssh2 unless the configuration asks for something that only OpenSSH can do. Pure. */
export function chooseTransport(facts: TransportFacts): Choice {
  const { config, target } = facts;
  // With a login or a port it is a way into something else, such as a virtual machine's forwarded port.
  const bare = target.user === undefined && target.port === undefined;
  if (target.host === 'localhost' && bare) return { transport: 'local', reason: 'it is this machine' };
  const openssh = (reason: string): Choice => ({ transport: 'openssh', reason });
  if (config.proxyJump !== undefined) return openssh(`the way goes through ${config.proxyJump} (ProxyJump)`);
  if (config.proxyCommand !== undefined) return openssh('the way goes through a ProxyCommand');
  if (config.knownHostsCommand !== undefined) return openssh('host keys come from a KnownHostsCommand');
  if (facts.authority) return openssh('a certificate authority vouches for the host (@cert-authority)');
  if (facts.certificates[0] !== undefined) return openssh(`${facts.certificates[0]} is a certificate`);
  if (facts.securityKeys[0] !== undefined) return openssh(`${facts.securityKeys[0]} is in a security key`);
  if (config.gssapi && facts.kerberos) return openssh('there is a Kerberos ticket, and GSSAPI is on');
  return { transport: 'ssh2' };
}
