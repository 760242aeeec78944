import { describe, expect, it } from 'vitest';
import { leftOut } from '../../../src/backup/left-out.ts';
import { renderHomeserver } from '../../../src/render/homeserver.ts';
import { PATHS } from '../../../src/render/layout.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { hostFacts } from '../../support/facts.ts';
import { inputOf } from '../render/scenarios.ts';

const confd = (...texts: string[]) =>
  Object.fromEntries(texts.map((text, index) => [`${PATHS.confd}/${index}0-mine.yaml`, text]));
const of = (...texts: string[]) => leftOut(hostFacts({ confd: confd(...texts) }));
const OURS = renderHomeserver(inputOf('family-garrison'), loadTemplates()['homeserver.yaml']);

describe('what a backup would not hold', () => {
  it('is nothing as this tool writes it', () => {
    expect(leftOut(hostFacts())).toEqual([]);
    expect(of(OURS)).toEqual([]);
  });
  it.each([
    ['media_store_path: /mnt/media', 'media in /mnt/media (media_store_path in conf.d/00-mine.yaml)'],
    ['media_store_path: /data/other', 'media in /data/other (media_store_path in conf.d/00-mine.yaml)'],
    ['{"media_store_path": "/mnt/media"}', 'media in /mnt/media (media_store_path in conf.d/00-mine.yaml)'],
    [
      'media_storage_providers:\n  - module: s3_storage_provider.S3StorageProviderBackend',
      'media that are nowhere but in a store of their own (media_storage_providers in conf.d/00-mine.yaml)',
    ],
    [
      'signing_key_path: /data/my.key',
      'the signing key /data/my.key (signing_key_path in conf.d/00-mine.yaml)',
    ],
    [
      'database:\n  name: psycopg2\n  args: {host: db.example.org, dbname: synapse, password: secret}',
      'the database that Synapse uses (database in conf.d/00-mine.yaml)',
    ],
    [
      'database: {name: sqlite3, args: {database: /data/homeserver.db}}',
      'the database that Synapse uses (database in conf.d/00-mine.yaml)',
    ],
  ])('%s', (text, said) => {
    expect(of(text)).toEqual([said]);
  });
  it.each([
    'media_store_path: /data/media_store/',
    'media_storage_providers: []',
    'signing_key_path: /keys/signing.key',
    'database:\n  name: psycopg2\n  args: {host: postgres, dbname: synapse, cp_max: 20}',
    '# media_store_path: /mnt/media',
    'media_store_path: [broken',
    'a text',
    '',
  ])('not because of %j', (text) => {
    expect(of(text)).toEqual([]);
  });
  it('follows the last file that speaks of it', () => {
    const away = 'media_store_path: /mnt/media';
    expect(of(away, 'media_store_path: /data/media_store')).toEqual([]);
    expect(of('media_store_path: /data/media_store', away)).toEqual([
      'media in /mnt/media (media_store_path in conf.d/10-mine.yaml)',
    ]);
  });
  it('is told from a homeserver.yaml that was edited by hand, too', () => {
    const edited = OURS.replace('media_store_path: /data/media_store', 'media_store_path: /mnt/media');
    expect(edited).not.toBe(OURS);
    const handEdits = { [PATHS.homeserver]: { base: OURS, edited } };
    expect(leftOut(hostFacts({ handEdits }))).toEqual([
      'media in /mnt/media (media_store_path in config/homeserver.yaml)',
    ]);
    expect(leftOut(hostFacts({ handEdits, confd: confd('media_store_path: /data/media_store') }))).toEqual(
      [],
    );
  });
  it('with the database elsewhere is what homeserver.yaml does not lead to', () => {
    const database = 'database: {name: psycopg2, args: {host: db, dbname: synapse}}';
    const storedAnswers = 'domain: example.org\ndatabase: postgresql://synapse@db/synapse\n';
    const handEdits = { [PATHS.homeserver]: { base: '', edited: database } };
    expect(leftOut(hostFacts({ storedAnswers, handEdits }))).toEqual([]);
    expect(leftOut(hostFacts({ storedAnswers, confd: confd(database) }))).toHaveLength(1);
  });
});
