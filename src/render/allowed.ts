/**
 * Defence in depth: the questions have checked the answers already, but what is put into a file that is not YAML
 * is checked again against what it may be made of. An error here is an error in this program.
 */

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})+$`);
/** No quote, brace, backslash, backquote or space: nothing that a Caddyfile or YAML gives a meaning within quotes. */
const MAIL_LOCAL_PART = /^[A-Za-z0-9.!#$%&*+/=?^_|~-]{1,64}$/;
const CIDR = /^[0-9a-f:.]+\/\d{1,3}$/;

/** A lower-case ASCII host name with a dot. */
export function allowedHost(value: string): string {
  if (!HOST.test(value)) throw new Error(`not a host name: ${JSON.stringify(value)}`);
  return value;
}

/** Another server's name: a host or an address, with a port where its users have one. */
export function allowedServerName(value: string): string {
  const [, host = '', , port = '1'] = /^(\[[0-9a-f:.]{2,45}\]|[^:]+)(:(\d{1,5}))?$/.exec(value) ?? [];
  const isAddress = host.startsWith('[') || /^[0-9.]{7,15}$/.test(host);
  if (Number(port) < 1 || Number(port) > 65_535 || !(isAddress || HOST.test(host)))
    throw new Error(`not a server name: ${JSON.stringify(value)}`);
  return value;
}

/** A mail address with an unquoted local part. */
export function allowedMail(value: string): string {
  const at = value.lastIndexOf('@');
  if (!MAIL_LOCAL_PART.test(value.slice(0, Math.max(at, 0)))) {
    throw new Error(`not a mail address: ${JSON.stringify(value)}`);
  }
  allowedHost(value.slice(at + 1));
  return value;
}

/** A network in CIDR form. */
export function allowedCidr(value: string): string {
  if (!CIDR.test(value)) throw new Error(`not a network: ${JSON.stringify(value)}`);
  return value;
}

/** PEM certificates and nothing else: a private key beside them must never be mounted anywhere. */
export function allowedCertificates(value: string): string {
  const block = /-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]+\n)+-----END CERTIFICATE-----\n?/g;
  if (value.trim() === '' || value.replace(block, '').trim() !== '') {
    throw new Error('federationCa holds something that is not a PEM certificate');
  }
  return value.endsWith('\n') ? value : `${value}\n`;
}

/** An address and a port, IPv6 in brackets. */
export function allowedListen(value: string): string {
  if (!/^(?:[0-9.]{7,15}|\[[0-9a-f:]{2,39}\]):[0-9]{1,5}$/.test(value))
    throw new Error(`not an address and a port: ${JSON.stringify(value)}`);
  return value;
}
