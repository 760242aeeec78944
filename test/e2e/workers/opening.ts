/**
 * Logs somebody in and makes a room, run where the operator is: an account as JSON on standard input. Prints the
 * conversation that `probing.ts` goes on with.
 */
import type { Account } from './accounts.ts';
import { Person, readInput } from './matrix.ts';

const person = await Person.login(await readInput<Account>());
const { room_id: room } = await person.ok('POST', '/createRoom', { preset: 'private_chat' });
console.log(JSON.stringify({ session: person.session, room }));
