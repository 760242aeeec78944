import { describe } from 'vitest';
import { machines } from '../world/index.ts';
import { Server } from './life/server.ts';
import { accounts } from './people/accounts.ts';
import { invitations } from './people/invitations.ts';
import { moderation } from './people/moderation.ts';
import { strangers } from './people/strangers.ts';

describe('people', () => {
  const theServer = () =>
    new Server(machines().find(({ name }) => name === 'pe-one') as never, 'pe-one.test');
  accounts(theServer);
  invitations(theServer);
  moderation(theServer);
  strangers(theServer);
});
