import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../src/ui/log.ts';
import { createRedactor, REDACTED } from '../../../src/ui/redact.ts';

/** Secrets of every kind, but none that is itself part of the marker or of an escape. */
const secrets = fc
  .string({ unit: 'grapheme', minLength: 8, maxLength: 60 })
  .filter((text) => text.trim() === text && !text.includes('redacted') && !/^[\\%+[\]]*$/.test(text));

const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => `before ${secret} after`,
  JSON: (secret) => JSON.stringify({ password: secret }),
  'JSON in ASCII': (secret) =>
    JSON.stringify(secret).replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  URL: (secret) => `https://x/?p=${encodeURIComponent(secret)}&q`,
  form: (secret) => new URLSearchParams({ p: secret }).toString(),
  'shell, single quotes': (secret) => `printf '${secret.replaceAll("'", `'\\''`)}'`,
  'shell, mixed quotes': (secret) => `printf '${secret.replaceAll("'", `'"'"'`)}'`,
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'base64 of user and password': (secret) => Buffer.from(`me:${secret}`).toString('base64'),
  'base64 inside more': (secret) => Buffer.from(`user:${secret}!rest`).toString('base64'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
};

describe('a registered secret is taken out', () => {
  test.each(Object.entries(FORMS))('%s', (_name, write) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const redactor = createRedactor();
        redactor.add(secret);
        const text = redactor.redact(write(secret));
        expect(text).toContain(REDACTED);
        expect(text).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
  });
});

test('a text without secrets is left alone', () => {
  const redactor = createRedactor();
  redactor.add('correct horse battery staple');
  redactor.add('');
  expect(redactor.redact('nothing to see, horse')).toBe('nothing to see, horse');
  expect(createRedactor().redact('anything')).toBe('anything');
});

test('of two secrets the longer goes first', () => {
  const redactor = createRedactor();
  redactor.add('abcd1234');
  redactor.add('abcd1234efgh');
  expect(redactor.redact('x abcd1234efgh y')).toBe(`x ${REDACTED} y`);
});

test('each line of a key is a secret', () => {
  const redactor = createRedactor();
  redactor.add('-----BEGIN KEY-----\nMC4CAQAwBQYDK2Vw\n-----END KEY-----\n');
  expect(redactor.redact('  MC4CAQAwBQYDK2Vw')).toBe(`  ${REDACTED}`);
});

test('the log: private, appended, redacted, one entry readable', () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  try {
    const path = join(folder, 'run.log');
    const redactor = createRedactor();
    redactor.add("hunter2'$x");
    const now = () => new Date('2026-01-31T12:00:00.000Z');
    const log = createLog(path, redactor, now);
    log.line('started');
    log.command("cat <<'E'\nhunter2'$x\nE\n", { code: 0, stdout: '\u001b[1mok\u001b[0m\n', stderr: '' });
    log.close();
    log.line('after the end');
    const again = createLog(path, redactor, now);
    again.line('again');
    again.close();
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect(readFileSync(path, 'utf8')).toBe(`2026-01-31T12:00:00.000Z started
2026-01-31T12:00:00.000Z ran, exit status 0
  $ cat <<'E'
  $ [redacted]
  $ E
  out| ok
2026-01-31T12:00:00.000Z again
`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
