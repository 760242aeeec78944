import { parse } from 'yaml';
import { parseAnswersFile } from '../answers/file.ts';
import type { HostFacts } from '../plan/facts.ts';
import { databaseArgs } from '../render/database-place.ts';
import { PATHS } from '../render/layout.ts';

/** As homeserver.yaml has them, and as a backup finds them. */
const OURS = { media_store_path: '/data/media_store', signing_key_path: '/keys/signing.key' } as const;

/** A setting and the file that has the last word on it. */
interface Said {
  readonly value: unknown;
  /** For people: `conf.d/50-mine.yaml`. */
  readonly file: string;
}

/** Top-level settings of a file of Synapse's; none of one that is no YAML, which Synapse refuses. */
const settingsOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = parse(text, { logLevel: 'silent' });
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** Synapse reads homeserver.yaml, then conf.d by name; a key replaces the whole key before it. */
const saidBy = (files: readonly (readonly [string, string])[]): ReadonlyMap<string, Said> =>
  new Map(
    files.flatMap(([path, text]) =>
      Object.entries(settingsOf(text)).map(
        ([key, value]) => [key, { value, file: path.replace(`${PATHS.root}/synapse/`, '') }] as const,
      ),
    ),
  );

/** Whether `database` leads to the Postgres of this machine, as a backup does. */
const isOurDatabase = (value: unknown): boolean => {
  const { args } = (value ?? {}) as { args?: Record<string, unknown> };
  const ours = databaseArgs({ kind: 'here' });
  return args?.host === ours.host && (args?.dbname ?? args?.database) === ours.dbname;
};

/**
 * What of the server's data is in no backup, because a file of the operator's keeps it elsewhere; a phrase each, for
 * people. Told from conf.d and from a homeserver.yaml that was edited by hand. Pure.
 */
export const leftOut = (
  host: Pick<HostFacts, 'confd' | 'handEdits' | 'storedAnswers'>,
): readonly string[] => {
  const own = Object.entries(host.confd).sort(([a], [b]) => (a < b ? -1 : 1));
  const edited = host.handEdits[PATHS.homeserver]?.edited;
  const said = saidBy([...(edited === undefined ? [] : [[PATHS.homeserver, edited] as const]), ...own]);
  const where = (key: string): string => `${key} in ${said.get(key)?.file}`;
  const moved = (key: keyof typeof OURS): string | undefined => {
    const value = said.get(key)?.value;
    return typeof value === 'string' && value.replace(/(?<=.)\/+$/, '') !== OURS[key] ? value : undefined;
  };
  const media = moved('media_store_path');
  const key = moved('signing_key_path');
  const providers = said.get('media_storage_providers')?.value;
  return [
    ...(media === undefined ? [] : [`media in ${media} (${where('media_store_path')})`]),
    ...(Array.isArray(providers) && providers.length > 0
      ? [`media that are nowhere but in a store of their own (${where('media_storage_providers')})`]
      : []),
    ...(key === undefined ? [] : [`the signing key ${key} (${where('signing_key_path')})`]),
    ...(leadsElsewhere(host, said.get('database'), saidBy(own).get('database'))
      ? [`the database that Synapse uses (${where('database')})`]
      : []),
  ];
};

/** With the database elsewhere a backup follows homeserver.yaml, and so what was edited there. */
const leadsElsewhere = (
  { storedAnswers }: Pick<HostFacts, 'storedAnswers'>,
  anywhere: Said | undefined,
  inConfd: Said | undefined,
): boolean => {
  const { database, dbHost } = parseAnswersFile(storedAnswers, PATHS.answers).answers;
  return database === undefined && dbHost === undefined
    ? anywhere !== undefined && !isOurDatabase(anywhere.value)
    : inConfd !== undefined;
};
