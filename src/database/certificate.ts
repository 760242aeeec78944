import { X509Certificate } from 'node:crypto';

/** Days that a certificate of the database is good for, and how many before its end it is made anew. */
export const CERTIFICATE_DAYS = 3650;
const RENEW_DAYS = 180;

const DAY_MS = 86_400_000;

/**
 * Whether the certificate on the second machine is for this address, signed by the authority beside it, and good for
 * a while. @param now Unix seconds by the operator's clock.
 */
export function certificateServes(
  { certificate, authority }: { readonly certificate: string; readonly authority: string },
  address: string,
  now: number,
): boolean {
  try {
    const leaf = new X509Certificate(certificate);
    return (
      leaf.checkIP(address) !== undefined &&
      leaf.verify(new X509Certificate(authority).publicKey) &&
      Date.parse(leaf.validTo) - now * 1000 > RENEW_DAYS * DAY_MS
    );
  } catch {
    // Absent, or cut short by a full disk.
    return false;
  }
}
