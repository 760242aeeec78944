import { BACKUP_CODES } from './backup.ts';
import { DATABASE_CODES } from './database.ts';
import type { CodeText } from './explained.ts';
import { MACHINE_CODES } from './machine.ts';
import { NETWORK_CODES } from './network.ts';
import { PEOPLE_CODES } from './people.ts';
import { RELEASE_CODES } from './releases.ts';
import { SERVER_CODES } from './server.ts';
import { SSH_CODES } from './ssh.ts';
import { TOOL_CODES } from './tool.ts';

/** Every code that the program can say, by what it is about; those of the federation check are in federation/codes. */
export const CODE_GROUPS: Readonly<Record<string, Readonly<Record<string, CodeText>>>> = {
  'the way to a machine': SSH_CODES,
  'the machine': MACHINE_CODES,
  'names and networks': NETWORK_CODES,
  'the server': SERVER_CODES,
  'accounts and registration': PEOPLE_CODES,
  'the database': DATABASE_CODES,
  upgrades: RELEASE_CODES,
  'backup and restore': BACKUP_CODES,
  'the program': TOOL_CODES,
};

/** The same by code. */
export const CODE_TEXTS: Readonly<Record<string, CodeText>> = Object.assign(
  {},
  ...Object.values(CODE_GROUPS),
);
