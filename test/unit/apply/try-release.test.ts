import { describe, expect, it } from 'vitest';
import { tryFailure } from '../../../src/apply/try-release.ts';

describe('a try on a copy of the schema', () => {
  it('that is red shows the words of Synapse, and how to go on without it', () => {
    const { text } = tryFailure(
      '1.999.0',
      [
        'copying the schema of the database',
        '|   File "/synapse/storage/prepare_database.py", line 1',
        '| psycopg2.errors.DuplicateColumn: column "recheck" of relation "redactions" already exists',
        'MB-TRY-RED 1',
      ].join('\n'),
    );
    expect(text).toMatchObject({
      code: 'MB-UPGRADE-SCHEMA',
      why: expect.stringContaining('DuplicateColumn'),
    });
    expect(text.fix?.join()).toContain('--accept untried-schema');
    expect(text.safe).toMatch(/^Nothing was stopped/);
    expect(text.log).toHaveLength(2);
  });
  it('that could not be made says so, and blames no Synapse', () => {
    const { text } = tryFailure('1.999.0', 'copying the schema\nMB-TRY-NO-COPY No space left on device\n');
    expect(text).toMatchObject({ code: 'MB-UPGRADE-COPY', why: 'No space left on device' });
    expect(text.what).not.toContain('1.999.0');
  });
});
