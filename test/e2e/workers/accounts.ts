import { adminPassword } from '../../support/product.ts';
import type { Server } from '../life/server.ts';

/** Somebody with an account, as the programs that run on the operator's side take them. */
export interface Account {
  readonly domain: string;
  readonly baseUrl: string;
  readonly user: string;
  readonly password: string;
}

const account = ({ domain, matrixHost }: Server, user: string, password: string): Account => ({
  domain,
  baseUrl: `https://${matrixHost}`,
  user,
  password,
});

export const adminOf = (server: Server): Account => account(server, 'admin', adminPassword(server.domain));

/** Makes an account by the shared secret, as the manual has it. */
export const newAccount = async (server: Server, user: string): Promise<Account> => {
  const password = `${user} keeps rooms tidy`;
  await server.inside(
    'synapse',
    `register_new_matrix_user -c /config/homeserver.yaml --exists-ok --no-admin -u ${user} --password-file /dev/stdin http://localhost:8008`,
    password,
  );
  return account(server, user, password);
};
