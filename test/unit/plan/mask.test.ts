import { describe, expect, it } from 'vitest';
import { MASKED, maskLines } from '../../../src/plan/mask.ts';

const NOTHING = new Set<string>();
const mask = (text: string): string => maskLines(text, NOTHING).join('\n');
const CANARY = 'canary9Secret0canary9Secret0';

describe('a line that somebody wrote by hand', () => {
  it.each([
    [`smtp_pass: ${CANARY}`, `smtp_pass: ${MASKED}`],
    [`  "registration_shared_secret": "${CANARY}"`, `  "registration_shared_secret": ${MASKED}`],
    [`      - POSTGRES_PASSWORD=${CANARY} and more`, `      - POSTGRES_PASSWORD=${MASKED}`],
    [`email: { smtp_host: mail, smtp_pass: ${CANARY} }`, `email: { smtp_host: mail, smtp_pass: ${MASKED} }`],
    [`requirepass ${CANARY}`, `requirepass ${MASKED}`],
    [
      `turn_uris: https://me:${CANARY}@turn.example.org/x`,
      `turn_uris: https://me:${MASKED}@turn.example.org/x`,
    ],
    [`    anna $2a$14$${CANARY}`, `    anna ${MASKED}`],
    [`# old: ${CANARY}`, `# old: ${MASKED}`],
    ['api_token:', 'api_token:'],
  ])('%s', (line, shown) => {
    expect(mask(line)).toBe(shown);
  });
  it.each([
    'server_name: example.org',
    'registration_shared_secret_path: /secrets/registration_shared_secret',
    '      - /opt/matrix-bastion/synapse/config2/homeserver.yaml:/config:ro',
    'max_upload_size: 50M',
    'public_baseurl: https://matrix.example.org:8448/',
    '',
  ])('shows %j as it is', (line) => {
    expect(mask(line)).toBe(line);
  });
});

it('takes out values that go on over lines, and only those', () => {
  const text = [
    'signing_key: |',
    '  ed25519 a_1 one',
    '  two',
    'name: x',
    'passwords:',
    '- short',
    '- words',
    'rooms: 3',
    '-----BEGIN EC PRIVATE KEY-----',
    'MHc=',
    '-----END EC PRIVATE KEY-----',
    'end: 1',
  ].join('\n');
  expect(mask(text)).toBe(
    [
      'signing_key: |',
      `  ${MASKED}`,
      `  ${MASKED}`,
      'name: x',
      'passwords:',
      MASKED,
      MASKED,
      'rooms: 3',
      MASKED,
      MASKED,
      MASKED,
      'end: 1',
    ].join('\n'),
  );
});

it('shows lines that this program renders itself: they hold no secret', () => {
  const line = `org.matrix-bastion.config: ${'0a'.repeat(32)}`;
  expect(maskLines(line, new Set([line]))).toEqual([line]);
});
