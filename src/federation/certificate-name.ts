import { X509Certificate } from 'node:crypto';
import { ipFamily } from './ip.ts';

/**
 * Whether a certificate covers a host name or an IP address, by its subject alternative names alone; the common
 * name does not count. Source: RFC 6125, section 6.4; the browsers' and Go's rules for wildcards.
 */
export function covers(pem: string, name: string): boolean {
  const certificate = new X509Certificate(pem);
  if (ipFamily(name)) return certificate.checkIP(name) !== undefined;
  return (
    certificate.checkHost(name.replace(/\.$/, ''), { subject: 'never', partialWildcards: false }) !==
    undefined
  );
}
