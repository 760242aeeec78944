export interface WellKnownInput {
  /** server_name. */
  readonly domain: string;
  /** Name that the homeserver answers under, on port 443. */
  readonly matrixHost: string;
  /** Localpart of the administrator. */
  readonly admin?: string;
  readonly email?: string;
}

export interface WellKnownFiles {
  /** `/.well-known/matrix/server` */
  readonly server: string;
  /** `/.well-known/matrix/client` */
  readonly client: string;
  /** `/.well-known/matrix/support`; missing when neither an administrator nor a mail address is known. */
  readonly support?: string;
}

/**
 * The texts of the well-known files, with a final newline.
 * The port is written out: without it peers would ask for SRV records and then try 8448.
 * Sources: server-server API, "GET /.well-known/matrix/server"; client-server API, "GET /.well-known/matrix/client" and
 * "GET /.well-known/matrix/support" (MSC1929).
 */
export function wellKnownFiles(input: WellKnownInput): WellKnownFiles {
  const contact = {
    role: 'm.role.admin',
    ...(input.admin ? { matrix_id: `@${input.admin}:${input.domain}` } : {}),
    ...(input.email ? { email_address: input.email } : {}),
  };
  return {
    server: text({ 'm.server': `${input.matrixHost}:443` }),
    client: text({ 'm.homeserver': { base_url: `https://${input.matrixHost}` } }),
    ...(input.admin || input.email ? { support: text({ contacts: [contact] }) } : {}),
  };
}

function text(document: object): string {
  return `${JSON.stringify(document)}\n`;
}
