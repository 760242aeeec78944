import { isIP } from 'node:net';
import type { Answers } from '../../answers/answers.ts';
import { passwordUnknown } from '../../apply/database-elsewhere.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { readSecretFile } from '../../cli/secret-file.ts';
import { lookAtDatabase } from '../../database/look.ts';
import { passwordObjection } from '../../database/pgpass.ts';
import { placeOf } from '../../database/place.ts';
import type { DatabaseLook } from '../../database/seen.ts';
import { serverText } from '../../database/words.ts';
import { UsageError } from '../../errors.ts';
import { gatherFacts } from '../../host/facts/index.ts';
import { summaryOf } from '../../host/facts/summary.ts';
import type { Host } from '../../host/host.ts';
import { loggedHost } from '../../host/logged.ts';
import { quote } from '../../host/quote.ts';
import { parseTarget } from '../../host/target.ts';
import type { DatabaseBoxFacts, HostFacts } from '../../plan/facts.ts';
import { RELEASE } from '../../releases/release.ts';
import { DATABASE_BOX } from '../../render/database-box.ts';
import type { DatabaseElsewhere } from '../../render/database-place.ts';
import { lockedImages } from '../../steps/compare.ts';
import type { Connection } from './connection.ts';

/** A database that is not on the machine: how this run sees it and where its password comes from. */
export interface DatabaseElsewhereAccess {
  /** The second machine, when the database has one of ours. */
  readonly box?: Host;
  /** The same past the log, for what may hold secrets. */
  readonly boxPastLog?: Host;
  lookAtBox(signal: AbortSignal): Promise<DatabaseBoxFacts | undefined>;
  look(
    host: HostFacts,
    box: DatabaseBoxFacts | undefined,
    signal: AbortSignal,
  ): Promise<DatabaseLook | undefined>;
  password(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Connects to the second machine, if there is one. With the database here it knows and does nothing. */
export const openDatabase = async (
  answers: Answers,
  options: InitOptions,
  context: CommandContext,
  connection: Connection,
  probe: string,
): Promise<DatabaseElsewhereAccess> => {
  const box = await openBox(answers, options, connection);
  const { database } = answers;
  const password = passwordOf(options, context, box?.plain);
  return {
    ...(box ? { box: box.logged, boxPastLog: box.plain } : {}),
    password,
    async lookAtBox(signal) {
      if (box === undefined) return undefined;
      const host = await gatherFacts(box.plain, signal);
      connection.log.line(`facts of the database machine: ${summaryOf(host)}`);
      const reachedAs = await addressOf(box.target, host, connection.host, signal);
      return { host, name: box.plain.name, reachedAs };
    },
    async look(host, boxFacts, signal) {
      const place = placeOf(answers, boxFacts);
      if (place.kind === 'here') return undefined;
      const seen = await lookWith(place, host, await password(), signal);
      if (database === undefined || seen.passfile !== 'missing' || (await password()) !== undefined)
        return seen;
      return lookWith(place, host, await password.ask(serverText(place)), signal);
    },
    close: async () => box?.plain.close(),
  };

  function lookWith(
    place: DatabaseElsewhere,
    host: HostFacts,
    known: string | undefined,
    signal: AbortSignal,
  ): Promise<DatabaseLook> {
    return lookAtDatabase({
      host: connection.host,
      place,
      image: lockedImages(host.imageLock).synapse ?? RELEASE.images.synapse,
      password: known,
      script: probe,
      signal,
    });
  }
};

const openBox = async ({ dbHost }: Answers, options: InitOptions, connection: Connection) => {
  if (dbHost === undefined) return undefined;
  const target = parseTarget(dbHost);
  const plain = await connection.reach(target, options.dbHostKey);
  const logged = loggedHost(plain, (script, result) =>
    connection.log.command(`# on ${plain.name}\n${script}`, result),
  );
  return { target: target.host, plain, logged };
};

/**
 * The address of the second machine as the first one finds it: the address that was given, else what its name means
 * there, else its own first address (an alias of the SSH configuration means nothing to a machine).
 */
const addressOf = async (target: string, box: HostFacts, app: Host, signal: AbortSignal): Promise<string> => {
  if (isIP(target) !== 0) return target.toLowerCase();
  const { stdout } = await app.run(`timeout 20 getent ahosts ${quote(target)} | cut -d ' ' -f 1`, { signal });
  const found = stdout.split('\n').filter((line) => isIP(line) !== 0);
  const known = found.find((address) => box.addresses.includes(address)) ?? box.addresses[0] ?? found[0];
  if (known !== undefined) return known;
  throw new UsageError(`--db-host: it is not known under which address ${target} is reached`, [
    'Name it by its address, for example --db-host root@203.0.113.8',
  ]);
};

/** Given by the operator, or born on the second machine and read from there; asked for once. */
const passwordOf = (options: InitOptions, context: CommandContext, box: Host | undefined) => {
  let known: string | undefined;
  /** When it is nowhere: from a person, or a usage error. */
  const ask = async (server: string): Promise<string> => {
    if (!context.interactive) throw passwordUnknown(server);
    const { createPrompts } = await import('../../answers/prompt.ts');
    const prompts = createPrompts({ resume: () => context.resume, signal: context.signal });
    known = usable(await prompts.password(`Password for the database on ${server}`));
    context.redactor.add(known);
    return known;
  };
  const find = async (): Promise<string | undefined> => {
    if (known !== undefined) return known;
    if (box !== undefined) {
      const { stdout } = await box.run(`cat ${DATABASE_BOX.password} 2>/dev/null || true`);
      known = stdout.trim() || undefined;
      if (known !== undefined) context.redactor.add(known);
      return known;
    }
    if (options.databasePasswordFile === undefined) return undefined;
    known = usable(
      readSecretFile('--database-password-file', options.databasePasswordFile, context.redactor),
    );
    return known;
  };
  return Object.assign(find, { ask });
};

const usable = (password: string): string => {
  const objection = passwordObjection(password);
  if (objection === undefined) return password;
  throw new UsageError(`--database-password-file: the password cannot be used: ${objection}`);
};
