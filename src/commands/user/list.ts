import type { UserOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { accountJson, accountRows } from '../../people/accounts.ts';
import { jsonText } from '../../ui/json-text.ts';
import type { Server } from '../admin/server.ts';
import { allAccounts } from './accounts.ts';

/** Every account of the server. */
export const list = async ({ json }: UserOptions, server: Server): Promise<ExitCode> => {
  const accounts = await allAccounts(server);
  const { ui } = server.context;
  if (json) {
    ui.print(jsonText({ server: server.domain, accounts: accounts.map(accountJson) }));
    return EXIT.done;
  }
  ui.grid({
    columns: ['Account', 'Display name', 'Standing', 'Made', 'Last seen'].map((title) => ({
      title,
      align: 'left',
    })),
    rows: accountRows(accounts),
  });
  return EXIT.done;
};
