import { bothForms } from '../../answers/hostname.ts';
import type { Store } from '../../answers/store.ts';
import type { Situation } from '../../apply/converge.ts';
import type { CommandContext } from '../../cli/context.ts';
import { serverText } from '../../database/words.ts';
import { EXIT, type ExitCode, type FailureText } from '../../errors.ts';
import { ELEMENT_WEB, phoneLink } from '../../guide/clients.ts';
import type { PasswordSource } from '../../outside/operator.ts';
import type { Facts } from '../../plan/facts.ts';
import type { Goal } from '../../plan/goal.ts';
import { adminUserId } from '../../steps/6-admin.ts';
import type { TableRow } from '../../ui/table.ts';

/** A rerun that finds the server as it ought to be. */
export const nothingToDo = async (goal: Goal, store: Store, context: CommandContext): Promise<void> => {
  tellServer(goal, await keptPassword(goal, store), context);
  const { domain, federation } = goal.answers;
  const open = {
    open: '',
    allowlist: ', for the servers that are named',
    closed: ', and closed to all others',
  }[federation];
  context.ui.print(`Nothing to do: ${domain} is as it should be, and its federation is green${open}.`);
};

/** The file of the password that was made, while it is there. */
const keptPassword = async ({ answers }: Goal, store: Store): Promise<string | undefined> => {
  const file = store.password(answers.admin);
  return (await file.read()) === undefined ? undefined : file.path;
};

const tellServer = (goal: Goal, passwordFile: string | undefined, context: CommandContext): void => {
  const { domain, matrixHost, admin } = goal.answers;
  context.events.emit('server', {
    address: `https://${matrixHost}`,
    domain,
    administrator: adminUserId(goal),
    login: webClientOf(goal),
    phone: phoneLink(domain, admin),
    ...(passwordFile !== undefined && { passwordFile }),
  });
};

/** Our own, or Element's. */
const webClientOf = ({ answers: { client } }: Goal): string =>
  client === undefined ? ELEMENT_WEB : `https://${client.host}`;

/**
 * The end of a run: where the server is, who may log in, and what to do next.
 * @param machine how the machine is named to the program: `root@203.0.113.7`
 */
export const afterwards = async (
  { goal, facts }: Situation,
  machine: string,
  store: Store,
  password: PasswordSource,
  context: CommandContext,
): Promise<void> => {
  const file = store.password(goal.answers.admin);
  const made = password.given === undefined ? await file.read() : undefined;
  // A login that could not be proved yet needs the password once more.
  const unproved = facts.host.adminMark.trim() !== '';
  const kept = made !== undefined && (!context.interactive || unproved);
  tellServer(goal, kept ? file.path : undefined, context);
  context.ui.table([
    { name: 'Server', value: `https://${goal.answers.matrixHost} (${bothForms(goal.answers.domain)})` },
    { name: 'Administrator', value: adminUserId(goal) },
    ...(kept ? [{ name: 'Password', value: `in ${file.path} (only you can read it)` }] : []),
    { name: 'Log in', value: `${webClientOf(goal)}, with the whole name ${adminUserId(goal)}` },
    { name: 'On a phone', value: phoneLink(goal.answers.domain, goal.answers.admin) },
    ...keyRows(facts),
    ...databaseRow(goal, facts),
  ]);
  if (made !== undefined && !kept) {
    context.ui.showOnce('Password, shown this once', made);
    await file.remove();
  }
  context.ui.note('\nNext:');
  for (const { what, command } of next(goal, machine, context)) {
    context.ui.say(`- ${what}`);
    // On a line of its own, to be copied.
    if (command !== undefined) context.ui.note(`    ${command}`);
  }
};

/** Where the client that is served here makes a recovery key: Element offers it, Cinny waits to be asked (`Devices.tsx`). */
const RECOVERY_KEY = {
  element: 'when Element offers a recovery key, write it down',
  cinny: 'in Settings, Devices, enable verification and write the recovery key down',
} as const;

const next = (
  { answers: { domain, client } }: Goal,
  machine: string,
  { resume }: CommandContext,
): readonly { readonly what: string; readonly command?: string }[] => [
  {
    what: `Log in, and ${RECOVERY_KEY[client?.name ?? 'element']}: without it a lost device means lost messages.`,
  },
  {
    what: 'Log in on a second device (Element X, FluffyChat, any other app), and verify it from the first: compare the pictures.',
  },
  {
    what: 'Make a key for backups on your own computer (age-keygen is part of the package age), and keep its file: nothing else opens them.',
    command: 'age-keygen -o backup-key.txt',
  },
  {
    what: `Keep a backup elsewhere, every night, for the public key that age-keygen printed (age1…); the signing key is in it, and without that ${domain} is lost to Matrix:`,
    command: `npx matrix-bastion backup ${machine} --schedule daily --to USER@HOST:/FOLDER --recipient age1…`,
  },
  {
    what: 'Keep a copy of the signing key by itself, too, on paper or where only you can read it:',
    command: `npx matrix-bastion backup ${machine} --signing-key FILE`,
  },
  { what: 'A page for the people who get an account:', command: `npx matrix-bastion guide ${domain}` },
  {
    what: 'Before you invite people, and whenever something is odd:',
    command: `npx matrix-bastion check ${domain}`,
  },
  { what: 'To change an answer or to resume, run the same again:', command: resume },
];

/** The public halves: other servers know this one by them, and so does the record that `init` keeps here. */
const keyRows = ({ outside }: Facts): TableRow[] =>
  Object.entries(outside.federation?.keys ?? {}).map(([id, key]) => ({
    name: 'Signing key',
    value: `${id} ${key} (its public half: write it down)`,
  }));

/** Where the database is and how far away, when it is not on the machine. */
const databaseRow = ({ database: place }: Goal, { database }: Facts): TableRow[] => {
  if (place.kind === 'here' || !database?.seen?.reached) return [];
  const { tlsVersion, roundTripMs } = database.seen;
  const value = `${serverText(place)}, ${tlsVersion || 'not encrypted'}, ${roundTripMs} ms away`;
  return [{ name: 'Database', value }];
};

/** Done on our side; somebody else has to publish something. Exit code 3: it cannot be told whether it works. */
export const stillPending = (pending: readonly FailureText[], context: CommandContext): ExitCode => {
  const once = pending.filter(({ what }, index) => pending.findIndex((one) => one.what === what) === index);
  for (const text of once) context.ui.failure(text, { resume: context.resume });
  return EXIT.unknown;
};

/** Once other servers have seen its keys, a server that comes back without them is not the same to them. */
export const recordKeys = async ({ outside }: Facts, store: Store): Promise<void> => {
  const { federation } = outside;
  if (federation?.verdict === 'green' && federation.keys) await store.recordSigningKeys(federation.keys);
};
